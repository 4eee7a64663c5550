"""Does a model still answer golden pictures as it did when somebody recorded it?

A record holds the hash of the weights, the preprocessing and the answers; one file a model in the cache folder. The
first start of a server records, every later one compares (`python -m vizcore golden` does both by hand), and what it
found is kept for the page and the alarms.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vizcore.photo import Photo
from vizcore.provenance import provenance_of, versions
from vizcore.results import FloatArray, Result
from vizcore.settings import current
from vizcore.whole_files import write_whole

TOLERANCE = 1e-3  # of a probability or score
PICTURES = ("cat", "coffee", "astronaut")  # samples
CHECKED = "checked-at-start.json"


@dataclass(frozen=True, eq=False)
class GoldenAnswers(Result):
    """scores (n,): of each photo's first answer. labels: of it, "" for none. recipe: the preprocessing in words."""

    labels: tuple[str, ...]
    scores: FloatArray
    recipe: str


@dataclass(frozen=True)
class GoldenCheck:
    """problems: codes of what differs from the record: weights, recipe, photos, label, score. drift: of any score.

    recorded: versions of the libraries at that time; empty for no record.
    """

    problems: tuple[str, ...]
    drift: float
    recorded: dict[str, str]

    @property
    def passed(self) -> bool:
        return bool(self.recorded) and not self.problems


def kept_file(name: str) -> Path:
    """The file of this name. What knows the folder is imported late: the engine watches alarms from its start."""
    from vizcore.zoo.weights.folders import cache_folder, inside

    return inside(cache_folder(current()) / "golden", name)


def golden_photos() -> tuple[Photo, ...]:
    """The pictures that are asked again, as far as their packages are here."""
    from vizcore.samples import SAMPLES, load_sample

    return tuple(load_sample(key) for key in PICTURES if key in SAMPLES)


def golden_answers(model: Any, photo: Photo | tuple[Photo, ...], settings: None = None) -> GoldenAnswers:
    """The model's first answer to each photo. Errors: InvalidOutput, ModelCannot."""
    import torch

    from vizcore.detection.choosing import ChoiceSettings
    from vizcore.preprocessing.variants.feeding import feed
    from vizcore.robustness.lint_answers import ANSWERERS, Given

    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    given = [Given(each, feed(model.recipe, each), 0, (each.width, each.height)) for each in photos]
    with torch.inference_mode():
        found = ANSWERERS[model.card.task].decide(model, given, ChoiceSettings())
    return GoldenAnswers(
        provenance_of("golden_answers", model, photos, settings),
        tuple(each.label for each in found),
        np.array([each.confidence for each in found]),
        json.dumps(asdict(model.recipe)),
    )


def record(found: GoldenAnswers) -> Path:
    """Keeps these answers as the ones to compare with. OSError where the cache folder cannot be written to."""
    path = _path(found.provenance.model)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(_content(found)).encode())
    return path


def check(found: GoldenAnswers) -> GoldenCheck:
    """The answers against the record; without a (readable) record nothing passed and nothing failed."""
    try:
        known = json.loads(_path(found.provenance.model).read_text(encoding="utf-8"))
        now = _content(found)
        problems = [name for name in ("weights", "recipe", "photos") if known[name] != now[name]]
        drift = 0.0
        if "photos" not in problems:
            drift = float(np.abs(np.array(known["scores"]) - found.scores).max(initial=0.0))
            problems += ["label"] if known["labels"] != now["labels"] else []
            problems += ["score"] if drift > TOLERANCE else []
        return GoldenCheck(tuple(problems), drift, {str(k): str(v) for k, v in known["versions"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return GoldenCheck((), 0.0, {})


def remember(checks: Mapping[str, GoldenCheck]) -> None:
    """Keeps what a start found, by model. OSError where the cache folder cannot be written to."""
    path = kept_file(CHECKED)
    path.parent.mkdir(parents=True, exist_ok=True)
    now = time.time()
    rows = {
        key: {"at": now, "passed": each.passed, "problems": list(each.problems), "drift": each.drift}
        for key, each in checks.items()
    }
    write_whole(path, json.dumps(rows).encode())


def last_checks() -> dict[str, dict[str, Any]]:
    """{model: {at, passed, problems, drift}} of the last start that checked; empty before the first one."""
    try:
        known = json.loads(kept_file(CHECKED).read_text(encoding="utf-8"))
        return {str(key): {**row, "passed": bool(row["passed"])} for key, row in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _content(found: GoldenAnswers) -> dict[str, Any]:
    return {
        "weights": found.provenance.weights_sha256,
        "recipe": found.recipe,
        "photos": list(found.provenance.photos_sha256),
        "labels": list(found.labels),
        "scores": [float(score) for score in found.scores],
        "versions": versions(),
    }


def _path(model: str) -> Path:
    return kept_file(f"{model}.json")
