"""Is a gallery of uploads complete and bounded, and is the built-in one sorted into classes that have company?"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import Any

import numpy as np
import pytest

from vizcore.errors import GalleryEmpty, GalleryTooLarge, NotAnArchive
from vizcore.pictures import encode_png
from vizcore.results import Provenance
from vizcore.settings import Settings
from vizcore.similarity import average_precision
from vizcore.similarity.builtin import builtin_gallery
from vizcore.similarity.records import hit_places, of_operation
from vizcore.similarity.uploads import read_uploads


def picture(value: int = 0) -> bytes:
    return encode_png(np.full((4, 4, 3), value, np.uint8))


def pack(*paths: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in paths:
            archive.writestr(path, picture())
    return stream.getvalue()


def test_zips_and_loose_pictures_become_one_gallery() -> None:
    files = [("b.png", picture(1)), ("x.zip", pack("a/1.png", "c/2.png")), ("y", pack("../up.png")), ("no.txt", b"")]
    found = read_uploads(files)
    assert found.paths == ("a/1.png", "b.png", "c/2.png")
    assert found.labels == ("a", "", "c")
    assert len(found.problems) == 1
    assert found.skipped == 1


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([], GalleryEmpty),
        ([("a.txt", b"x")], GalleryEmpty),
        ([("a.zip", b"x")], NotAnArchive),
        ([("a.zip", pack(*(f"{i}.png" for i in range(300)))), ("b.zip", pack(*(f"{i}.png" for i in range(300))))],
         GalleryTooLarge),
    ],
)  # fmt: skip
def test_bad_uploads(files: list[tuple[str, bytes]], error: type[Exception]) -> None:
    with pytest.raises(error):
        read_uploads(files)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("pictures", {"PICTURES_LIMIT": 5}),
        ("megapixels", {"current": lambda: Settings(gallery_limit_mpx=5 * 16e-6)}),
        ("megabytes", {"READ_LIMIT_MB": 5 * len(picture()) / 1e6}),
    ],
)
@pytest.mark.parametrize("loose", [0, 1, 2])
def test_several_files_have_the_limits_of_one(
    reason: str, changes: dict[str, Any], loose: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limits of five pictures: five come in and six do not, however they are packed."""
    opened: list[int] = []
    for name, value in changes.items():
        monkeypatch.setattr(f"vizcore.similarity.gallery.{name}", value)
    most = changes.get("PICTURES_LIMIT", 500)

    def files(count: int) -> list[tuple[str, bytes]]:
        zips = [(f"{number}.zip", pack(f"a/{number}.png")) for number in range(loose, count)]
        return [(f"{number}.png", picture()) for number in range(loose)] + zips

    assert len(read_uploads(files(5), lambda done, total: opened.append(total), most=most).pictures) == 5
    assert set(opened) == {5}, "one count for all of them"
    with pytest.raises(GalleryTooLarge) as caught:
        read_uploads(files(6), most=most)
    assert caught.value.values["reason"] == reason


def test_a_zip_without_pictures_beside_others_is_no_failure() -> None:
    found = read_uploads([("a.zip", pack("notes.txt")), ("b.zip", pack("cat.png"))])
    assert (found.paths, found.skipped) == (("cat.png",), 1)


def test_a_broken_zip_beside_pictures_is_one_of_the_problems() -> None:
    found = read_uploads([("notes.txt", b"hi"), ("set/broken.zip", b"PK\x03\x04 cut"), ("b.zip", pack("cat.png"))])
    assert (found.paths, found.skipped) == (("cat.png",), 1)
    assert [(name, type(error)) for name, error in found.problems] == [("broken.zip", NotAnArchive)]
    with pytest.raises(NotAnArchive):
        read_uploads([("notes.txt", b"hi"), ("broken.zip", b"PK\x03\x04 cut")])


def test_the_built_in_gallery_has_classes_with_company() -> None:
    found = builtin_gallery()
    assert len(set(found.paths)) == len(found.paths) <= 100
    assert min(Counter(found.labels).values()) >= 3
    assert len({photo.sha256 for photo in found.photos}) == len(found.paths)
    assert max(max(photo.rgb.shape) for photo in found.photos) <= 1024


def test_places_of_hits_give_the_average_precision() -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 4))
    labels = ("a", "b", "a", "", "b", "a", "a", "", "c")
    places = hit_places(vectors, labels, 0)
    assert len(places) == 3
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    relevant = np.array([label == "a" for label in labels[1:]])
    wanted = average_precision(unit[1:] @ unit[0], relevant)
    assert np.mean([hit / place for hit, place in enumerate(places, start=1)]) == pytest.approx(wanted)
    assert not len(hit_places(vectors, labels, 3)), "no class: nothing is right"


def test_a_record_keeps_the_settings_of_its_vectors() -> None:
    before = Provenance(operation="embed_photos", settings={"layer": "logits"})
    after = of_operation(before, "project", 7, method="t-sne")
    assert (after.operation, after.seed, after.settings) == ("project", 7, {"layer": "logits", "method": "t-sne"})
