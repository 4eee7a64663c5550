"""The card of a model: everything the project says and needs to know about it before its weights are touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vizcore.zoo.facts import Facts

Family = str  # a key of FAMILIES in vizcore/figures/theme.py, which gives it its name and its colours
Task = Literal["classify", "embed", "detect", "promptable", "video", "segment", "read"]


USUAL_SCORE = 0.25  # as the course and Ultralytics' own programs have it
USUAL_IOU = 0.6  # of NMS, with which the bundled YOLO's card is measured; Ultralytics' own programs have 0.7


@dataclass(frozen=True)
class WeightFile:
    """One file to have: its name on disk, where it can be downloaded, and what it must be.

    name: relative to the model's own folder. url: "" for a file that ships with the project or in a package.
    sha256, size_bytes: None where no trustworthy value is published (the card then says "not pinned").
    """

    name: str
    url: str = ""
    sha256: str | None = None
    size_bytes: int | None = None


@dataclass(frozen=True)
class Licences:
    """SPDX names, or a short plain statement where no name fits.

    permissive: code and weights come under a permissive licence. The training data is stated apart, since its terms
    (mostly "research" for ImageNet) bind those who hold the pictures; whether they reach the weights is open.
    """

    code: str
    weights: str
    training_data: str
    permissive: bool


@dataclass(frozen=True)
class Measured:
    """One published or measured quality: Measured("top-1, ImageNet-1K", 69.758, "%", "torchvision 0.29.1").

    n: of how many examples the value is a share, which gives it an interval; 0 where it is no share or nobody says.
    interval: 95 % of what is no share, where whoever measured it says so.
    """

    name: str
    value: float
    unit: str
    source: str
    n: int = 0
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class ModelCard:
    """One model. Adding a model is adding one of these to a table in `vizcore.zoo.catalogue`.

    loader: "package.module:function", imported on use, called with (card, folder, device) and returning an object of
    `vizcore.zoo.protocols`. source: "bundled", "package" (inside the Python package
    that the fact `package` names), "torchvision", "huggingface", "ultralytics", "segment-anything", "opencv" or
    "program" (a program of this machine that the fact `program` names).
    facts: settings of the loader (layer names, prefix tokens, builder), so that no code asks for a model by name;
    `vizcore.zoo.facts` says which there are.
    """

    key: str
    title: str
    family: Family
    task: Task
    source: str
    loader: str
    files: tuple[WeightFile, ...]
    recipe: str
    labels: str
    parameters_m: float
    licences: Licences
    paper: str
    measured: tuple[Measured, ...] = ()
    embedding: str = ""
    facts: Facts = field(default_factory=Facts)
    limits: str = ""

    @property
    def score(self) -> float:
        """Least score of a detector's box at which it is best, measured on validation photos; else the usual one."""
        return self.facts.get("score", USUAL_SCORE)

    @property
    def has_queries(self) -> bool:
        """Whether it is a detector that answers with one box for each of its queries (the DETR family)."""
        return self.task == "detect" and "scores" in self.facts

    @property
    def bundled(self) -> bool:
        return self.source == "bundled"

    @property
    def ships(self) -> bool:
        """Whether it came with the program: bundled, or inside a Python package that is installed with it."""
        return self.source in ("bundled", "package")

    @property
    def size_mb(self) -> float:
        """Sum of the stated sizes in MB (10^6 bytes); 0 where none is stated."""
        return sum(file.size_bytes or 0 for file in self.files) / 1e6
