"""How are boxes, cases of agreement, counts and colours said in words?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from vizcore.detection.choosing import DUPLICATE_IOU
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number, percent
from vizcore.ui.markdown_escape import escaped

if TYPE_CHECKING:
    from vizcore.results import BoxSet, Detections

MOST_CLASSES = 6  # named in one sentence
KEPT_TOGETHER = "\N{NO-BREAK SPACE}"
SWATCH = "\u00a0\u00a0\u00a0"

KIND_WORDS = {
    "both": N_("Both"),
    "only_a": N_("Only {a}"),
    "only_b": N_("Only {b}"),
    "class_conflict": N_("Class conflict"),
    "shifted": N_("Shifted"),
}


def kind_words(kind: str, title_a: str, title_b: str) -> str:
    """The case in words, as plain text."""
    return _(KIND_WORDS[kind]).format(a=title_a, b=title_b)


def class_counts(labels: Iterable[str], most: int = MOST_CLASSES) -> str:
    """ "person 3, dog 1", the most frequent first, Markdown."""
    counts = Counter(labels)
    named = [f"{escaped(class_name(label))} {number(count, 0)}" for label, count in counts.most_common(most)]
    return ", ".join(named + (["…"] if len(counts) > most else []))


def count_words(found: Detections) -> str:
    """ "Boxes: 4 (person 3, dog 1)", Markdown; says so when there are none."""
    if not len(found):
        return _("No box passes these settings.")
    classes = class_counts(found.labels[int(each)] for each in found.class_ids)
    return _("Boxes: **{n}** ({classes})").format(n=number(len(found), 0), classes=classes)


def duplicate_words(twice: int) -> str:
    """How many of the boxes named before are second ones of an object, Markdown."""
    words = ngettext(
        "Of these, **{n}** overlaps a better one of its class by an IoU of more than {iou}: the same object twice.",
        "Of these, **{n}** overlap a better one of their class by an IoU of more than {iou}: the same object twice.",
        twice,
    )
    return words.format(n=number(twice, 0), iou=number(DUPLICATE_IOU, 2))


def box_name(found: BoxSet, row: int) -> str:
    """ "2 · dog 81 %": the row counted from 1, its class and score, as plain text."""
    label = class_name(found.labels[int(found.class_ids[row])])
    return f"{row + 1} · {label} {percent(float(found.scores[row]), 0)}"


def box_table(found: Detections) -> dict[str, list[str] | list[int] | list[float]]:
    """Columns for a table of the boxes: class, score, and place and size in pixels of the photo, within its edges."""
    photo_width, photo_height = found.size_wh
    inside = found.boxes_xyxy.clip(0, [photo_width, photo_height, photo_width, photo_height])
    low, high = inside[:, :2], inside[:, 2:]
    width, height = (high - low).round().astype(int).T
    left, top = low.round().astype(int).T
    return {
        "#": list(range(1, len(found) + 1)),
        _("Class"): [class_name(found.labels[int(each)]) for each in found.class_ids],
        _("Score"): found.scores.round(3).tolist(),
        _("Width"): width.tolist(),
        _("Height"): height.tolist(),
        _("Left"): left.tolist(),
        _("Top"): top.tolist(),
    }


def legend(words: Mapping[str, str]) -> str:
    """Colours "#rrggbb" with what they stand for, as one small line of Markdown; the colour is a ground, never ink."""
    entries = [
        f':color[{SWATCH}]{{background="{colour}"}}{KEPT_TOGETHER}{escaped(text, longest=80)}'
        for colour, text in words.items()
    ]
    return f":small[{f'{KEPT_TOGETHER}· '.join(entries)}]"
