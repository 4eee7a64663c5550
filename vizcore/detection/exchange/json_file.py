"""How do detections come back from a results file (JSON) without any loss, labels, origin and provenance too?"""

from __future__ import annotations

from vizcore.detection.exchange.reading import Json, checked, decoded, detections_of, word
from vizcore.errors import DetectionsFileInvalid
from vizcore.photo import Note
from vizcore.results import Detections, Provenance


def read_json(data: bytes | str) -> list[Detections]:
    """The detections under "results", as downloads write them, or of one result alone; other kinds are passed over.

    DetectionsFileInvalid for anything else.
    """
    content = decoded(data, "JSON")
    results = content.get("results", [content]) if isinstance(content, dict) else content
    if not isinstance(results, list) or not all(isinstance(each, dict) and "kind" in each for each in results):
        raise DetectionsFileInvalid(format="JSON", place="results", reason="format")
    return [
        checked("JSON", f"results[{place}]", _from_json, each)
        for place, each in enumerate(results)
        if each["kind"] == Detections.__name__
    ]


def _from_json(content: Json) -> Detections:
    before = content["provenance"]
    hashes = tuple(map(word, before["photos_sha256"]))
    notes = tuple(Note(word(note["code"]), dict(note["values"])) for note in before["notes"])
    words = {name: word(before[name]) for name in ("operation", "model")}
    provenance = Provenance(**{**before, **words, "photos_sha256": hashes, "notes": notes})
    return detections_of(
        provenance,
        boxes=content["boxes_xyxy"],
        scores=content["scores"],
        class_ids=content["class_ids"],
        labels=tuple(map(str, content["labels"])),
        size_wh=(int(content["size_wh"][0]), int(content["size_wh"][1])),
        origin=content["origin"],
    )
