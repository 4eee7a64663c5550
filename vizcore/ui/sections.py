"""Which sections does a page have? One at a time is shown, so that only one computes.

SECTIONS = {"side": Section(N_("Side by side"), side_by_side.show), ...}
chosen = bar.sections(SECTIONS, key="detection.section", default="side")
SECTIONS[chosen].show(photos, cards)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vizcore.i18n import _


@dataclass(frozen=True)
class Section:
    """One choice of the row on top of a page. title: to be translated when shown. show: given what its page decides."""

    title: str
    show: Callable[..., None]


def titles(sections: Mapping[str, Section]) -> dict[str, str]:
    """Key -> title in the visitor's language."""
    return {key: _(section.title) for key, section in sections.items()}
