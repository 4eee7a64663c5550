"""The event log is small, blind to pictures and harmless; golden answers notice a change; checklist and rule."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from tests.tiny_detectors import tiny_yolo
from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.detection.detect import detect
from vizcore.engine import Engine
from vizcore.errors import SampleTooSmall
from vizcore.features.classes import classify
from vizcore.i18n import speaking
from vizcore.i18n.numbers import number
from vizcore.monitoring import golden
from vizcore.monitoring.checklist import ITEMS, SECTIONS, as_markdown, prefilled, scores
from vizcore.monitoring.drift import ASKERS, DriftReport, DriftSettings, drift
from vizcore.monitoring.events import Event, EventLog, event_of, summarise
from vizcore.monitoring.spec import Costs, Rule, rule_for, utilities
from vizcore.results import Candidates, Provenance
from vizcore.runtimes.calibration import cut_photos
from vizcore.settings import Settings

PHOTO = noise_photo()


def test_an_event_knows_counts_and_no_picture() -> None:
    model = tiny_yolo()
    found = detect(model, PHOTO)
    event = event_of("vizcore.detect", "tiny", (PHOTO.sha256,) * 20, weights="w" * 64, busy_ms=12.3456, result=found)
    line = event.line()
    assert len(line.encode()) <= 1000
    content = json.loads(line)
    assert content["boxes"] == len(found)
    assert sum(content["scores"]) == len(found)
    assert content["photos"] == [PHOTO.sha256[:12]] * 8
    assert "top" in json.loads(event_of("o", "m", (), result=classify(tiny_cnn(), PHOTO)).line())
    assert json.loads(event_of("o", "m", (), code="busy").line())["code"] == "busy"
    kind = SimpleNamespace(boxes_xyxy=np.zeros((2, 4)), scores="sigmoid")  # of scores, not the scores themselves
    assert "boxes" not in json.loads(event_of("o", "m", (), result=kind).line())
    tenths = SimpleNamespace(boxes_xyxy=np.zeros((10, 4)), scores=np.array([place / 10 for place in range(10)]))
    assert json.loads(event_of("o", "m", (), result=tenths).line())["scores"] == [1] * 10


@pytest.mark.parametrize(
    ("scores", "boxes"),
    [((0.2, 0.1), 0), ((0.9, 0.85, 0.2), 1), ((0.9, 0.85, 0.8, 0.3), 2)],
    ids=["none is shown", "two of one object", "another object"],
)
def test_of_candidates_those_count_that_a_page_shows(scores: tuple[float, ...], boxes: int) -> None:
    places = np.array([[0, 0, 40, 40], [1, 0, 41, 40], [50, 50, 90, 90], [0, 50, 40, 90]], float)[: len(scores)]
    rows = np.arange(len(scores))
    found = Candidates(Provenance(), places, np.array(scores), 0 * rows, rows, ("cat",), (100, 100), 0.01, True)
    event = event_of("propose", "yolo-mini", (), result=found)
    assert (event.boxes, sum(event.scores)) == (boxes, boxes)
    assert event_of("propose", "has left", (), result=found).boxes == boxes + (0.3 in scores)  # by the usual score
    assert summarise([event]).empty_rate == (boxes == 0)


def test_the_file_turns_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(str(path), limit_mb=0.002, kept=5)
    for place in range(60):
        log.add(event_of("operation", f"model {place}", ()))
    assert len(log.events) == 5
    assert path.stat().st_size <= 2000
    assert {each.name for each in tmp_path.iterdir()} == {f"events.jsonl{end}" for end in ("", ".1", ".2", ".3")}
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_a_file_that_cannot_be_written_is_given_up(tmp_path: Path) -> None:
    log = EventLog(str(tmp_path / "absent" / "events.jsonl"))
    log.add(event_of("operation", "model", ()))
    log.add(event_of("operation", "model", ()))
    assert log.problem
    assert len(log.events) == 2
    assert log.written == 0
    assert stat.S_ISDIR(tmp_path.stat().st_mode)


def test_the_engine_notes_answers_and_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog()
    monkeypatch.setattr("vizcore.engine.worker.shared_log", lambda: log)
    engine = Engine(
        Settings(device="cpu"), loader=lambda card, device: tiny_cnn(), find_card=lambda key: tiny_cnn().card
    )
    try:
        engine.run(classify, "tiny-cnn", PHOTO)
        assert len(log.events) == 1  # noted before the answer is given
        with pytest.raises(SampleTooSmall):
            engine.run(drift, "tiny-cnn", (PHOTO, PHOTO), DriftSettings(1))
        assert len(log.events) == 2
    finally:
        engine.close()
    answered, failed = log.events
    assert answered.operation.endswith("classify")
    assert 0 < answered.top <= 1
    assert answered.busy_ms > 0
    assert failed.code == "sample_too_small"


def test_a_log_that_breaks_costs_nobody_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.worker.shared_log", lambda: None)
    engine = Engine(
        Settings(device="cpu"), loader=lambda card, device: tiny_cnn(), find_card=lambda key: tiny_cnn().card
    )
    try:
        assert engine.run(classify, "tiny-cnn", PHOTO)
    finally:
        engine.close()


class SlowWatch:
    """One whose look takes until the test lets it end."""

    def __init__(self, fails: bool) -> None:
        self.heard_of = 0
        self.goes_on = threading.Event()
        self._fails = fails

    def heard(self, kept: EventLog) -> None:
        self.heard_of += 1
        assert self.goes_on.wait(PATIENCE_S)
        if self._fails:
            raise OSError


@pytest.mark.parametrize("fails", [False, True])
def test_nobody_waits_for_a_look_at_the_alarms(monkeypatch: pytest.MonkeyPatch, fails: bool) -> None:
    watch = SlowWatch(fails)
    monkeypatch.setattr("vizcore.monitoring.alarms.shared_watch", lambda: watch)
    engine = Engine(
        Settings(device="cpu"), loader=lambda card, device: tiny_cnn(), find_card=lambda key: tiny_cnn().card
    )
    try:
        first = engine.submit(classify, "tiny-cnn", PHOTO)
        first.result(PATIENCE_S)  # while the look is under way, or has yet to begin
        assert not watch.goes_on.is_set()
        watch.goes_on.set()
        assert engine.run(classify, "tiny-cnn", noise_photo(seed=1))
    finally:
        watch.goes_on.set()
        engine.close()
    assert watch.heard_of == 2


def test_the_summary_by_hand() -> None:
    plain = Event(0, "a", "m", "", (), 1, 10)
    many = [replace(plain, busy_ms=float(ms)) for ms in range(1, 60)]
    found = summarise([*many, replace(plain, code="busy"), replace(plain, boxes=0, scores=(0,) * 10),
                       replace(plain, boxes=2, scores=(0,) * 9 + (2,))])  # fmt: skip
    assert found.n == 62
    assert found.codes == {"busy": 1}
    assert found.empty_rate == 0.5
    assert found.scores[-1] == 2
    n, median, slow = found.by_operation[("a", "m")]
    assert (n, median) == (61, pytest.approx(29, abs=2))
    assert slow is not None
    empty = summarise([])
    assert (empty.n, empty.empty_rate, empty.by_operation) == (0, None, {})


def test_golden_answers_notice_weights_and_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.zoo.weights.folders.cache_folder", lambda settings: tmp_path)
    model, photos = tiny_cnn(), (PHOTO, noise_photo(seed=1))
    found = golden.golden_answers(model, photos)
    assert found.labels[0] == classify(model, PHOTO).top(1)[0][1]
    assert golden.check(found).recorded == {}
    assert not golden.check(found).passed
    path = golden.record(found)
    assert golden.check(found).passed
    other = golden.golden_answers(tiny_cnn(seed=5), photos)
    assert "score" in golden.check(other).problems
    reweighted = tiny_cnn()
    reweighted.weights_sha256 = "other"
    assert golden.check(golden.golden_answers(reweighted, photos)).problems == ("weights",)
    assert "photos" in golden.check(golden.golden_answers(model, photos[:1])).problems
    path.write_text("{ broken")
    assert golden.check(found).recorded == {}


def test_drift_of_a_real_model_and_its_control() -> None:
    from vizcore.monitoring.changes import changed

    photos = cut_photos(90, 3)
    now = changed(photos[45:], "darker", 0.6)
    steps = list(drift(tiny_cnn(), (*photos[:45], *now), DriftSettings(45)))
    found = steps[-1].result
    assert isinstance(found, DriftReport)
    assert [row.name for row in found.properties if row.name == "brightness" and row.drifted]
    assert found.properties[0].effect < 0
    assert found.control
    assert not found.control_drifted
    assert {"scores", "brightness", "width"} <= set(found.values)
    assert all(place >= 45 for tail in found.tails.values() for place in tail)
    assert "vectors" not in found.to_json()
    small = list(drift(tiny_cnn(), photos[:40], DriftSettings(20)))[-1].result
    assert isinstance(small, DriftReport)
    assert small.control == ()
    vectors, _logits, extra = ASKERS["detect"](tiny_yolo(), photos[:2])
    assert vectors.shape == (2, 0)
    assert {name: len(values) for name, values in extra.items()} == {"scores": 2, "boxes": 2}
    with pytest.raises(SampleTooSmall):
        next(drift(tiny_cnn(), photos[:30], DriftSettings(25)))


def test_the_checklist_scores_as_the_paper_does() -> None:
    card = tiny_cnn().card
    marks = dict.fromkeys(ITEMS, "automatic")
    assert scores(marks) == {**dict.fromkeys(SECTIONS, 5.0), "final": 5.0}  # type: ignore[arg-type]
    assert scores({})["final"] == 0
    assert scores({**marks, "task": "manual", "split": "no"})["final"] == 3.5  # type: ignore[arg-type]
    known = prefilled(card)
    assert known["recipe"] == "automatic"
    assert known["weights"] == "no"  # the tiny model has no file
    text = as_markdown(card, known, lambda sentence: sentence)
    assert text.count("- [") == len(ITEMS)
    with speaking("fr"):
        assert "Data: 0,5" in as_markdown(card, {"split": "manual"}, str, number)


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        (Costs(1, 1, 5, 0.5), Rule(0.1, 0.25)),
        (Costs(1, 1, 1, 100), Rule(1 / 3, 1 / 3)),
        (Costs(0, 1, 1, 0), Rule(0, 1)),
        (Costs(0, 0, 0, 1), Rule(0.5, 0.5)),
    ],
)
def test_rules_by_hand(costs: Costs, expected: Rule) -> None:
    found = rule_for(costs)
    assert (found.low, found.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_the_rule_is_the_best_action_everywhere() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        costs = Costs(*rng.uniform(0.1, 5, 6))
        rule, grid = rule_for(costs), np.linspace(0, 1, 41)
        lines = utilities(costs, grid)
        for place, p in enumerate(grid):
            best = max(values[place] for values in lines.values())
            assert lines[rule.action(float(p))][place] == pytest.approx(best, abs=1e-9)
    with pytest.raises(ValueError, match="at least 0"):
        Costs(gain=-1)
