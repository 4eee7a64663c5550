"""How are faults, decisions and findings called on the page?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.preprocessing.variants.diagnosis import FINDINGS, Finding
from vizcore.preprocessing.variants.table import VARIANTS
from vizcore.ui.markdown_escape import escaped

if TYPE_CHECKING:
    from vizcore.robustness.input_lint import LintRow

CERTAINTIES = {"sure": "error", "likely": "warning", "possible": "info"}


def variant_title(name: str) -> str:
    """The fault in the visitor's language: "Saved as JPEG, quality 10"."""
    return _(VARIANTS[name].title).format(n=name.rpartition("_")[2])


def decision(row: LintRow, task: str) -> str:
    """What the model decided under the fault, as plain Markdown: "dog 35 %", "nothing found", "IoU 0.83"."""
    if task == "promptable":
        return _("IoU {value}").format(value=number(row.overlap, 2))
    if not row.top1:
        return _("nothing found")
    return f"{escaped(short_label(row.top1))} {percent(row.confidence, 0)}"


def effect(row: LintRow, task: str) -> str:
    """How much of the right decision is left, with lost and extra boxes of a detector."""
    if task == "detect":
        return _("{share}; {lost} lost, {extra} extra").format(
            share=percent(row.overlap, 0), lost=row.lost, extra=row.extra
        )
    return percent(row.overlap, 0)


def finding_text(finding: Finding) -> str:
    """The finding's sentence with its numbers."""
    values = {
        name: number(value, 4 if name == "spread" else 2) if isinstance(value, float) else value
        for name, value in finding.values.items()
    }
    return _(FINDINGS[finding.code]).format(**values)
