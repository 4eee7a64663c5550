"""Which lectures are there? Those that ship, and one that the speaker brought for this room."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from vizcore.errors import PlanInvalid
from vizcore.i18n import LANGUAGES
from vizcore.lessons import FOLDER
from vizcore.presenting.plan import MOST_BYTES, Plan, parse_plan
from vizcore.settings import current
from vizcore.ui.pages import built_pages

log = logging.getLogger(__name__)
OWN = "own"
SHIPPED = ("cnn_and_vit", "iou_to_map", "fooling")
MOST_BROUGHT = 50

_brought: dict[str, Plan] = {}  # by the room's code; kept no longer than MOST_BROUGHT rooms


def shipped(language: str) -> list[Plan]:
    """The lectures of the project in this language, then those of the folder that the setting `lectures` names."""
    return [_shipped(key, language) for key in SHIPPED] + _of_folder(current().lectures, language)


def plan_for(key: str, language: str, code: str = "") -> Plan:
    """The lecture of this key. PlanInvalid (page: unknown) for one that is not here any more."""
    if key == OWN and code in _brought:
        return _brought[code]
    for plan in shipped(language):
        if plan.key == key:
            return plan
    raise PlanInvalid(reason="gone", step=0, value=key[:40])


def bring(text: str) -> Plan:
    """A speaker's own lecture. Errors: PlanInvalid."""
    return _parsed(text, OWN)


def keep(code: str, plan: Plan) -> None:
    """Keeps a speaker's own lecture for its room."""
    while len(_brought) >= MOST_BROUGHT:
        del _brought[next(iter(_brought))]
    _brought[code] = plan


@lru_cache(maxsize=16)
def _shipped(key: str, language: str) -> Plan:
    return _parsed((FOLDER / "lectures" / language / f"{key}.md").read_text(encoding="utf-8"), key)


def _of_folder(folder: str, language: str) -> list[Plan]:
    """A broken file in the folder is logged and left out: it must not take the others with it."""
    found = []
    for file in sorted(Path(folder).glob("*.md")) if folder else []:
        try:
            if file.stat().st_size <= 2 * MOST_BYTES:
                found.append(_parsed(file.read_text(encoding="utf-8", errors="replace"), f"folder-{file.stem}"))
        except (PlanInvalid, OSError) as error:
            log.warning("lecture %s left out: %s", file.name, error)
    return [plan for plan in found if plan.language == language]


def _parsed(text: str, key: str) -> Plan:
    return parse_plan(text, key, pages={page.key for page in built_pages()}, languages=LANGUAGES)
