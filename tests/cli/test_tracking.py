"""evaluate-tracking: MOTA, IDF1, HOTA and the frame of every switch; one line for bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from tests.metrics.tracking.sequences import motmetrics_numbers, random_sequence
from vizcore.metrics.tracking.mot_text import mot_text, read_mot
from vizcore.metrics.tracking.tables import TrackingData
from vizcore.metrics.tracking.toys import golden_sequence
from vizcore.tracking.video import open_clip

KEYS = {"mota", "motp", "idf1", "hota", "deta", "assa", "id_switches", "mostly_tracked", "mostly_lost", "switches"}


def write(folder: Path, data: TrackingData) -> tuple[Path, Path]:
    files = folder / "gt.txt", folder / "dt.txt"
    for file, table in zip(files, (data.truth, data.found), strict=True):
        file.write_text(mot_text(table))
    return files


def test_the_golden_sequence(tmp_path: Path) -> None:
    gt, dt = write(tmp_path, golden_sequence())
    answer = invoke("evaluate-tracking", "--gt", gt, "--dt", dt, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert line.keys() >= KEYS
    assert [line[name] for name in ("mota", "idf1", "hota")] == pytest.approx([0.75, 2 / 3, 0.6369356789], abs=1e-9)
    assert line["switches"] == [{"frame": 4, "truth": 1, "from": 1, "to": 2}]
    assert (line["frames"], line["objects"], line["tracks"], line["rules"]) == (6, 2, 4, "trackeval")
    text = invoke("evaluate-tracking", "--gt", gt, "--dt", dt).out
    assert "frame 4: object 1 from id 1 to id 2" in text


def test_the_other_rules(tmp_path: Path) -> None:
    data = random_sequence(11)
    gt, dt = write(tmp_path, data)
    [line] = invoke("evaluate-tracking", "--gt", gt, "--dt", dt, "--rules", "motmetrics", "--json").lines
    assert line["id_switches"] == motmetrics_numbers(data)["num_switches"]


def test_several_sequences_are_counted_together_not_averaged(tmp_path: Path) -> None:
    pairs = []
    for place, data in enumerate((golden_sequence(), random_sequence(3))):
        folder = tmp_path / str(place)
        folder.mkdir()
        pairs.append(write(folder, data))
    options = [word for gt, dt in pairs for word in ("--gt", gt, "--dt", dt)]
    first, second, together = invoke("evaluate-tracking", *options, "--json").lines
    assert together["sequences"] == 2
    assert together["fn"] == first["fn"] + second["fn"]
    truth = [line["tp"] + line["fn"] for line in (first, second)]
    mistakes = [line["fn"] + line["fp"] + line["id_switches"] for line in (first, second)]
    assert together["mota"] == pytest.approx(1 - sum(mistakes) / sum(truth))
    assert together["mota"] != pytest.approx((first["mota"] + second["mota"]) / 2)
    assert "all 2 sequences as one" in invoke("evaluate-tracking", *options).out
    pairs[1][1].write_text("1,2,3")
    good, bad = invoke("evaluate-tracking", *options, "--json").lines  # no total of half of them
    assert ("mota" in good, bad["error"]["code"]) == (True, "tracking_text_invalid")
    assert invoke("evaluate-tracking", "--gt", pairs[0][0], *options).status == 2


def test_no_track_at_all_is_an_answer_with_null_for_what_is_undefined(tmp_path: Path) -> None:
    gt, dt = write(tmp_path, golden_sequence())
    dt.write_text("")
    [line] = invoke("evaluate-tracking", "--gt", gt, "--dt", dt, "--json").lines
    assert (line["mota"], line["hota"], line["motp"], line["mostly_lost"]) == (0, 0, None, 2)
    assert "MOTP" in invoke("evaluate-tracking", "--gt", gt, "--dt", dt).out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("1,2,3", "columns"),
        ("1,2,0,0,5,5\n1,2,0,0,5,5", "duplicate"),
        ("-1,2,0,0,5,5", "frame"),
        ("1,.5,0,0,5,5", "id"),
    ],
)
def test_bad_files_are_one_line(tmp_path: Path, content: str, reason: str) -> None:
    gt, dt = write(tmp_path, golden_sequence())
    dt.write_text(content)
    answer = invoke("evaluate-tracking", "--gt", gt, "--dt", dt, "--json")
    [line] = answer.lines
    assert (answer.status, line["error"]["code"], line["error"]["reason"]) == (2, "tracking_text_invalid", reason)
    [line] = invoke("evaluate-tracking", "--gt", tmp_path / "absent.txt", "--dt", dt, "--json").lines
    assert line["error"]["code"] == "file_unreadable"


@pytest.mark.parametrize("ending", ["txt", "json", "webm"])
def test_track_a_built_in_clip(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"tracks.{ending}"
    answer = invoke("track", "sample:drawn", "--out", out, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert (line["frames"], line["model"], line["out"]) == (40, "yolo-mini", str(out))
    assert 2 <= line["objects"] <= 8
    assert line["provenance"]["operation"]
    content = out.read_bytes()
    if ending == "txt":
        assert len(read_mot(content)[0]) == line["boxes"]
    elif ending == "json":
        assert len(json.loads(content)["annotations"]) == line["boxes"]
    else:
        clip = open_clip(content, "film")
        assert (len(clip), clip.size_wh) == (40, (480, 320))


def test_track_makes_the_folder_and_heeds_no_letter_case(tmp_path: Path) -> None:
    out = tmp_path / "new" / "tracks.TXT"
    assert invoke("track", "sample:drawn", "--fps", 1, "--out", out).status == 0
    assert {len(line.split(",")) for line in out.read_text().splitlines()} == {10}


def test_a_place_that_cannot_be_written_is_said_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr("vizcore.tracking.built_in.built_in_clip", lambda key: pytest.fail("the work began"))
    [line] = invoke("track", "sample:drawn", "--out", tmp_path / "file" / "a.txt", "--json").lines
    assert line["error"]["reason"] == "unwritable"


def test_track_refuses_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for clip, out, code in (
        ("sample:nothing", "a.txt", "unknown_sample"),
        (str(tmp_path / "absent.mp4"), "a.txt", "file_unreadable"),
        ("sample:drawn", "a.mp4", "unknown_choice"),
        ("sample:drawn", "file/a.txt", "file_unreadable"),
    ):
        [line] = invoke("track", clip, "--out", tmp_path / out, "--json").lines
        assert line["error"]["code"] == code
    (tmp_path / "bad.mp4").write_bytes(b"no video at all")
    [line] = invoke("track", tmp_path / "bad.mp4", "--out", tmp_path / "a.txt", "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("clip_unreadable", "format")
