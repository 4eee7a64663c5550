"""What do the labels cost that a metric needs, and what must be agreed on before anybody draws one?

Seconds for one label are published measurements, each with its source; the number of labels follows from how narrow
the interval of the metric has to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vizcore.i18n import N_

Z95 = 1.96


@dataclass(frozen=True)
class LabelKind:
    """title, source (who measured it): to be translated when shown. seconds: for one label. whole: of a whole photo, so
    that a photo has one."""

    title: str
    seconds: float
    source: str
    whole: bool = False


KINDS: dict[str, LabelKind] = {
    "class": LabelKind(N_("Class of a photo"), 1.0, N_("Bearman et al. 2016 (1 s a class and photo)"), whole=True),
    "point": LabelKind(N_("Point on an object"), 2.4, N_("Bearman et al. 2016 (2.4 s for the first point)")),
    "extreme": LabelKind(N_("Box by four extreme points"), 7.0, "Papadopoulos et al. 2017 (7 s)"),
    "box": LabelKind(
        N_("Box, drawn and checked"), 42.4, N_("Su et al. 2012 (25.5 s drawing, 9.0 s quality, 7.8 s rest)")
    ),
    "mask": LabelKind(N_("Outline of an object"), 79.0, N_("Lin et al. 2014 (COCO: 22 hours for 1,000)")),
    "scene": LabelKind(
        N_("Every pixel of a street scene"), 5400.0, N_("Cordts et al. 2016 (Cityscapes: 1.5 hours)"), whole=True
    ),
}


@dataclass(frozen=True)
class AnnotationPlan:
    """kind: of KINDS. half_width: of the 95 % interval that the metric shall have. expected: its value, if known.

    per_photo: labels in a photo, where they are not of whole photos. twice: share of the photos labelled by a second
    person. hourly: price of an hour.
    """

    kind: str = "box"
    half_width: float = 0.03
    expected: float = 0.9
    per_photo: float = 3.0
    twice: float = 0.1
    hourly: float = 25.0

    def __post_init__(self) -> None:
        if not (0 < self.half_width < 0.5 and 0 < self.expected < 1 and self.per_photo > 0 and 0 <= self.twice <= 1):
            raise ValueError(f"expected shares in (0, 1) and labels above 0, got {self}")
        if self.kind not in KINDS or not (math.isfinite(self.hourly) and self.hourly >= 0):
            raise ValueError(f"expected a kind of {list(KINDS)} and a price of at least 0, got {self}")


@dataclass(frozen=True)
class AnnotationCost:
    """labels: independent ones that the interval takes. photos, hours, money: for them, second looks included."""

    labels: int
    photos: int
    hours: float
    money: float


def labels_needed(expected: float, half_width: float) -> int:
    """n = z^2 p (1 - p) / w^2, rounded up: independent labels for a share p with a 95 % interval of p +- w."""
    return math.ceil(Z95**2 * expected * (1 - expected) / half_width**2 - 1e-9)


def annotation_cost(plan: AnnotationPlan) -> AnnotationCost:
    """What the plan costs. Objects of one photo are not independent; here they count as if they were."""
    kind = KINDS[plan.kind]
    per_photo = 1.0 if kind.whole else plan.per_photo
    labels = labels_needed(plan.expected, plan.half_width)
    photos = math.ceil(labels / per_photo)
    hours = photos * per_photo * (1 + plan.twice) * kind.seconds / 3600
    return AnnotationCost(labels, photos, hours, hours * plan.hourly)


GUIDELINE: tuple[str, ...] = (
    N_("Task: {task}. Metric: {metric}. Label: {label}."),
    N_("What counts: one example and one counterexample of each class, as pictures, before the first label."),
    N_("Hidden objects: label what is seen; leave out what is hidden by more than half, and mark it as hidden."),
    N_("Cut by the edge: label up to the edge, and mark it as cut."),
    N_("Too small: leave out what is smaller than {size} % of the photo's area, and say so in the metric."),
    N_("Crowds: from ten touching objects on, one region marked as a crowd, ignored by the metric."),
    N_("Reflections, pictures of objects, toys: not objects, unless the task says otherwise."),
    N_("Unsure: mark it as unsure and go on; do not guess. Unsure cases are decided by two people together."),
    N_("{twice} % of the photos are labelled twice, unseen. Agreement is the ceiling of any model's score."),
    N_("Split by scene, person and day before labelling, so that no copy lies on both sides."),
    N_("Personal data: faces and plates are hidden before photos leave the house; photos go after {days} days."),
)
TITLE = N_("Guideline for labelling")


def guideline(words: Callable[[str], str], **values: object) -> str:
    """The guideline as Markdown. words: translates a sentence. values: task, metric, label, size, twice, days."""
    lines = [f"# {words(TITLE)}", ""]
    lines += [f"{number}. {words(each).format(**values)}" for number, each in enumerate(GUIDELINE, start=1)]
    return "\n".join(lines) + "\n"
