"""Galleries from folders and zips: classes by folder, rubbish, traps and limits."""

from __future__ import annotations

import errno
import io
import os
import stat
import struct
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vizcore.errors import FileUnreadable, GalleryEmpty, GalleryTooLarge, NotAnArchive
from vizcore.photo import Photo
from vizcore.settings import Settings
from vizcore.similarity import Gallery, gallery, gallery_photo, read_files, read_folder, read_zip
from vizcore.similarity.archive import DIRECTORY_LIMIT


def picture(seed: int = 0, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind)
    return stream.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def codes(found: Gallery) -> dict[str, str]:
    return {path: f"{error.code}:{error.values.get('reason', '')}" for path, error in found.problems}


FILES = {
    "top/dog/b.jpg": picture(1, kind="JPEG"),
    "top/cat/a.png": picture(0),
    "lonely.png": picture(2),
    "top/cat/notes.txt": b"no picture",
    "__MACOSX/top/cat/._a.png": b"\0" * 90,
    "top/.hidden.png": picture(3),
    "top/dog/Thumbs.db": b"\0",
    "top/dog/broken.png": b"no picture under this name, for sure",
    "top/cat/deep/er/c.webp": picture(4, kind="WEBP"),
}


def expect_the_files(found: Gallery) -> None:
    assert found.paths == ("lonely.png", "top/cat/a.png", "top/cat/deep/er/c.webp", "top/dog/b.jpg")
    assert found.labels == ("", "cat", "er", "dog")
    assert [photo.name for photo in found.photos] == ["lonely.png", "a.png", "c.webp", "b.jpg"]
    assert codes(found) == {"top/dog/broken.png": "not_an_image:"}
    assert found.skipped == 4


def test_zip_folder_and_upload_are_read_alike(tmp_path: Path) -> None:
    for name, data in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    expect_the_files(read_zip(packed(FILES)))
    expect_the_files(read_files(FILES.items()))
    expect_the_files(read_folder(tmp_path))


@pytest.mark.parametrize(
    "name", ["../../etc/evil.png", "/etc/evil.png", "C:/evil.png", "cat/../../evil.png", "..\\evil.png"]
)
def test_paths_that_climb_out_are_refused_and_the_rest_stays(name: str) -> None:
    found = read_zip(packed({name: picture(), "cat/good.png": picture(1)}))
    assert found.paths == ("cat/good.png",)
    assert list(codes(found).values()) == ["entry_refused:outside"]


def test_a_colon_that_names_no_drive_is_part_of_a_folders_name() -> None:
    found = read_zip(packed({"12:30/a.png": picture(), "Day 1: sea/b.png": picture(1), "a: b.png": picture(2)}))
    assert found.labels == ("12:30", "Day 1: sea", "")
    assert not codes(found)


def test_a_link_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("link.png")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("good.png", picture())
    assert codes(read_zip(stream.getvalue())) == {"link.png": "entry_refused:link"}


def test_encrypted_and_damaged_entries() -> None:
    data = bytearray(packed({"a.png": picture(), "b.png": picture(1)}))
    for start in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[start] |= 1  # the flag of encryption, in both places where it stands
    second = data.find(b"b.png") + 40
    data[second : second + 30] = bytes(30)
    assert codes(read_zip(bytes(data))) == {"a.png": "entry_refused:encrypted", "b.png": "entry_refused:damaged"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_entry_is_said_however_it_was_packed(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("bad.png", picture())
        archive.writestr("good.png", picture(1))
    data = bytearray(stream.getvalue())
    for place in range(200, 260):
        data[place] ^= 0xFF
    found = read_zip(bytes(data))
    assert codes(found) == {"bad.png": "entry_refused:damaged"}
    assert found.paths == ("good.png",)


def test_a_bomb_is_read_no_further_than_allowed() -> None:
    found = read_zip(packed({"bomb.png": bytes(60_000_000), "good.png": picture()}))
    assert codes(found) == {"bomb.png": "file_too_large:"}
    assert found.paths == ("good.png",)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_takes_no_more_memory_than_is_wanted(method: int) -> None:
    """Some hundred bytes that are 100 MB; Python's own reader unpacks all of them before it counts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("bomb.png", bytes(100_000_000))
        archive.writestr("good.png", picture())
    tracemalloc.start()
    found = read_zip(stream.getvalue())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(found) == {"bomb.png": "file_too_large:"}
    assert found.paths == ("good.png",)
    assert most < 70e6


def test_a_second_record_of_the_directory_hides_nothing() -> None:
    """The locator points to a harmless record, and before it stands the one that Python's zipfile reads."""
    data = with_zip64_records(packed(FILES), size=DIRECTORY_LIMIT + 1)
    harmless = with_zip64_records(packed(FILES))
    end = packed(FILES).rindex(b"PK\x05\x06")
    with pytest.raises(GalleryTooLarge):
        read_zip(data[:end] + harmless[end : end + 56] + data[end:])


def test_a_zip_in_a_zip_is_no_picture() -> None:
    found = read_zip(packed({"inner.zip": packed({"x.png": picture()}), "masked.png": packed({}), "a.png": picture()}))
    assert codes(found) == {"masked.png": "not_an_image:"}
    assert found.skipped == 1


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no zip at all" * 9, picture(), packed(FILES)[:-30], b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_zip(data: bytes) -> None:
    with pytest.raises((NotAnArchive, GalleryTooLarge)):
        read_zip(data)


@pytest.mark.parametrize("files", [{}, {"readme.txt": b"x"}, {"__MACOSX/a.png": b"x"}])
def test_nothing_like_a_picture(files: dict[str, bytes]) -> None:
    with pytest.raises(GalleryEmpty):
        read_zip(packed(files))


def test_too_many_pictures() -> None:
    with pytest.raises(GalleryTooLarge) as error:
        read_files((f"{i}.png", b"") for i in range(501))
    assert error.value.values == {"reason": "pictures", "limit": 500, "actual": 501}


def test_a_list_of_files_that_is_too_long_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from vizcore.similarity import archive

    monkeypatch.setattr(archive, "DIRECTORY_LIMIT", 100)
    with pytest.raises(GalleryTooLarge):
        read_zip(packed(FILES))


def test_too_many_bytes_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "READ_LIMIT_MB", 0.001)
    with pytest.raises(GalleryTooLarge) as error:
        read_zip(packed({"a.png": picture()}))
    assert error.value.values["reason"] == "megabytes"


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path, reason in ((tmp_path / "nowhere", "folder_missing"), (tmp_path / "file", "not_a_folder")):
        with pytest.raises(FileUnreadable) as error:
            read_folder(path)
        assert error.value.values["reason"] == reason


def deny(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Nobody may list these folders, whoever runs the test."""
    scan = os.scandir

    def scandir(path: Any = ".") -> Any:
        if Path(path) in folders:
            raise PermissionError(errno.EACCES, "no", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_inside_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cat/1.png", "dog/old/2.png", "dog/3.png", ".git/4.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture())
    deny(monkeypatch, tmp_path / "cat", tmp_path / "dog" / "old", tmp_path / ".git")
    found = read_folder(tmp_path)
    assert found.paths == ("dog/3.png",)
    assert codes(found) == {"cat": "file_unreadable:denied", "dog/old": "file_unreadable:denied"}
    assert found.problems[0][1].values["file"] == "cat"


def test_a_gallery_is_not_called_empty_where_its_folder_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cat").mkdir()
    deny(monkeypatch, tmp_path / "cat")
    with pytest.raises(FileUnreadable) as error:
        read_folder(tmp_path)
    assert error.value.values == {"file": "cat", "reason": "denied"}


def test_a_file_that_may_be_listed_and_not_looked_at_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1.png", "2.png"):
        (tmp_path / name).write_bytes(picture())
    look = Path.stat

    def stat_(path: Path, **options: Any) -> os.stat_result:
        if path.name == "1.png":
            raise PermissionError(errno.EACCES, "no", str(path))
        return look(path, **options)

    def open_(path: Path, *mode: Any) -> Any:
        stat_(path)
        return open(path, *mode)

    monkeypatch.setattr(Path, "stat", stat_)
    monkeypatch.setattr(Path, "open", open_)
    found = read_folder(tmp_path)
    assert found.paths == ("2.png",)
    assert codes(found) == {"1.png": "file_unreadable:denied"}


@pytest.mark.parametrize(
    ("size", "kept"), [((40, 30), (40, 30)), ((800, 400), (512, 256)), ((3000, 100), (1024, 34)), ((1, 1), (1, 1))]
)
def test_pictures_are_kept_small(size: tuple[int, int], kept: tuple[int, int]) -> None:
    [photo] = read_files([("a.png", picture(size=size))]).photos
    assert (photo.width, photo.height) == kept


def test_a_query_is_made_small_in_the_same_way() -> None:
    data = picture(size=(900, 600))
    [stored] = read_files([("a.png", data)]).photos
    with Image.open(io.BytesIO(data)) as image:
        asked = gallery_photo(Photo(np.asarray(image), "a.png"))
    assert asked.sha256 == stored.sha256


def test_windows_separators_are_folders() -> None:
    plain = packed({"set/cats/0.png": picture(0), "set/dogs/1.png": picture(1)})
    found = read_zip(plain.replace(b"set/cats/", b"set\\cats\\").replace(b"set/dogs/", b"set\\dogs\\"))
    assert found.labels == ("cats", "dogs")
    assert found.paths == ("set/cats/0.png", "set/dogs/1.png")


def test_a_label_written_in_two_ways_is_one() -> None:
    both = [unicodedata.normalize(form, "épagneul") for form in ("NFC", "NFD")]
    found = read_files([(f"{name}/{place}.png", picture(place)) for place, name in enumerate(both)])
    assert found.labels == (both[0], both[0])


def test_names_in_utf_8_without_its_mark() -> None:
    data = packed({"chien/épagneul.png": picture()})
    unmarked = bytearray(data)
    for start in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        unmarked[start + 1] &= ~0x08
    assert read_zip(bytes(unmarked)).paths == ("chien/épagneul.png",)


def with_zip64_records(data: bytes, size: int | None = None, entries: int | None = None) -> bytes:
    """The same archive with the records for large ones, which some tools always write."""
    end = data.rindex(b"PK\x05\x06")
    count, length, start = struct.unpack_from("<HII", data, end + 10)
    count, length = entries or count, size or length
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, length, start)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    tail = data[end : end + 8] + b"\xff" * 12 + data[end + 20 :]
    return data[:end] + record + locator + tail


def test_zip64_records_in_a_small_archive() -> None:
    expect_the_files(read_zip(with_zip64_records(packed(FILES))))


@pytest.mark.parametrize("change", [{"size": 2**40}, {"size": 5_000_000, "entries": 80_000}])
def test_a_zip64_directory_that_would_stall_us(change: dict[str, int]) -> None:
    with pytest.raises((GalleryTooLarge, NotAnArchive)):
        read_zip(with_zip64_records(packed(FILES), **change))


def test_pixels_are_added_up_from_headers_before_anything_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "current", lambda: Settings(gallery_limit_mpx=0.003))
    monkeypatch.setattr(gallery, "open_preview", lambda *_: pytest.fail("decoded"))
    for files in (FILES, {"a.png": picture(0, (60, 60))}):
        with pytest.raises(GalleryTooLarge) as error:
            read_zip(packed(files))
        assert error.value.values["reason"] == "megapixels"


def test_reading_ends_as_soon_as_the_visitor_has_gone() -> None:
    class Gone(BaseException):
        pass

    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 1:
            raise Gone

    with pytest.raises(Gone):
        read_zip(packed(FILES), progress)
    assert seen == [(0, 5), (1, 5)]
