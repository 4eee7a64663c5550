"""Do the two detectors that ship with the project answer everything the Detection page asks, through the engine?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.invocation import invoke
from vizcore.detection.candidates import ProposeSettings, propose, propose_each
from vizcore.detection.choosing import choose
from vizcore.detection.explain import ExplainSettings, explain_detection
from vizcore.detection.queries import query_answers, query_focus
from vizcore.detection.timing import TimingSettings, measure_time
from vizcore.engine import Engine
from vizcore.samples import load_sample
from vizcore.settings import current
from vizcore.zoo.catalogue import CARDS, cards_for

KEYS = ("yolo-mini", "detr-mini")
pytestmark = pytest.mark.skipif(not set(KEYS) <= CARDS.keys(), reason="the bundled detectors are not here yet")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    own = Engine(current())
    yield own
    own.close()


def test_they_come_first() -> None:
    assert tuple(card.key for card in cards_for("detect"))[:2] == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_every_operation_leaves_the_model_as_it_was(key: str, engine: Engine) -> None:
    """The engine refuses an answer after which a hook, a flag or a mode is left."""
    photo = load_sample("astronaut")
    candidates: Any = engine.run(propose, key, photo)
    found = choose(candidates)
    assert "person" in {found.labels[place] for place in found.class_ids}
    origin, kind = int(found.origin[0]), int(found.class_ids[0])
    heat: Any = engine.run(explain_detection, key, photo, ExplainSettings(origin, kind))
    assert heat.target == found.labels[kind]
    many: Any = engine.run(propose_each, key, (photo, load_sample("cat")), ProposeSettings(floor=0.2))
    assert len(many) == 2
    timing: Any = engine.run(measure_time, key, photo, TimingSettings(warm_up=1, runs=2))
    assert len(timing.total_ms) == 2
    again: Any = engine.run(propose, key, photo, ProposeSettings(floor=0.011))
    assert again.scores[0] == pytest.approx(candidates.scores[0], abs=1e-5)
    if key == "detr-mini":
        answers: Any = engine.run(query_answers, key, photo)
        focus: Any = engine.run(query_focus, key, photo)
        assert answers.class_scores[focus.query].max() == pytest.approx(focus.score, abs=1e-5)


def test_without_a_model_the_bundled_yolo_answers() -> None:
    [line] = invoke("detect", "sample:astronaut", "--json").lines
    assert line["model"] == "yolo-mini"
    assert "person" in {each["label"] for each in line["detections"]}
