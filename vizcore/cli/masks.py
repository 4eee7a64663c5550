"""What is in a file of masks, and the same masks as another program wants them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.inputs import read_bytes, read_photo
from vizcore.cli.out_files import OutFile, checked_out, write_bytes
from vizcore.cli.report import AsJson, Report
from vizcore.i18n.sentences import sentence_for_note
from vizcore.provenance import versions
from vizcore.results import Provenance

if TYPE_CHECKING:
    from vizcore.photo import Note, Photo
    from vizcore.segmentation.exchange import ImportedObjects, SegmentedObject


class Form(StrEnum):
    """What is written: COCO with run lengths or with polygons, YOLO's text, or one grey picture."""

    coco = "coco"
    polygons = "polygons"
    yolo = "yolo"
    png = "png"


def masks(
    file: Annotated[str, typer.Argument(metavar="FILE", help="COCO or a record (JSON), YOLO (txt), or a picture.")],
    photo: Annotated[
        str | None, typer.Option("--photo", metavar="P", help="The photo they belong to; needed for YOLO.")
    ] = None,
    picture: Annotated[
        str, typer.Option("--picture", metavar="NAME", help="Which picture of a COCO file about several.")
    ] = "",
    form: Annotated[Form | None, typer.Option("--to", help="Writes them in this form.")] = None,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a file of masks and list its objects; with --to and --out, write them in another form."""
    if (form is None) != (out is None):
        raise typer.BadParameter("--to and --out go together", param_hint="--to")
    report = Report("masks", as_json=as_json)
    with report.about(file):
        checked_out(out)
        found, size_wh, photos = _read(file, photo, picture)
        content, notes = _content(found), list(found.notes)
        if form is not None and out is not None:
            data, names, more = _written(form, found.objects, size_wh, photo or "")
            write_bytes(out, data)
            notes += more
            content |= {"names": names} if names else {}
        said = {"size_wh": list(size_wh), "out": None if out is None else str(out), "notes": _plain(notes)}
        provenance = Provenance(operation="masks", photos_sha256=photos, versions=versions())
        report.show(file, content | said, _text(file, content, notes, out), provenance)
    report.finish()


def _read(file: str, photo: str | None, picture: str) -> tuple[ImportedObjects, tuple[int, int], tuple[str, ...]]:
    """The objects, the size of their picture, and the photo's hash where one was named."""
    from vizcore.segmentation.exchange import read_masks, size_of_file
    from vizcore.segmentation.exchange.reading import LIMIT_MB

    path = Path(file)
    data = read_bytes(path, LIMIT_MB)
    name = path.name.encode(errors="replace").decode()
    opened: Photo | None = None if photo is None else read_photo(photo)
    size_wh = size_of_file(data, name, picture) if opened is None else (opened.width, opened.height)
    found = read_masks(data, name, size_wh, photo_name="" if opened is None else opened.name, picture=picture)
    return found, size_wh, () if opened is None else (opened.sha256,)


def _content(found: ImportedObjects) -> dict[str, Any]:
    from vizcore.segmentation.exchange.polygons import parts_of

    return {
        "objects": [
            {
                "label": each.name or None,
                "area": each.rle.area,
                "box_xyxy": list(each.rle.box_xyxy()),
                "parts": parts_of(each.rle.decode()),
            }
            for each in found
        ]
    }


def _written(
    form: Form, objects: Sequence[SegmentedObject], size_wh: tuple[int, int], photo: str
) -> tuple[bytes, list[str], list[Note]]:
    """The file's bytes, YOLO's class names, and what this form cannot say."""
    from vizcore.segmentation.exchange import write_coco, write_yolo
    from vizcore.segmentation.exchange.label_map import label_map_png
    from vizcore.segmentation.exchange.polygons import with_holes

    if form is Form.png:
        data, notes = label_map_png(objects, size_wh)
        return data, [], list(notes)
    lost = [] if form is Form.coco else list(with_holes(objects))
    if form is Form.yolo:
        text, names = write_yolo(objects, size_wh)
        return text.encode(), list(names), lost
    name = Path(photo).name.encode(errors="replace").decode() or "photo.png"
    text = write_coco(objects, size_wh, file_name=name, form="rle" if form is Form.coco else "polygons")
    return text.encode(), [], lost


def _plain(notes: Sequence[Note]) -> list[dict[str, Any]]:
    return [{**note.values, "code": note.code} for note in notes]


def _text(file: str, content: dict[str, Any], notes: Sequence[Note], out: Path | None) -> str:
    count = len(content["objects"])
    lines = [f"{file}: {count} {'object' if count == 1 else 'objects'}"]
    for place, each in enumerate(content["objects"], start=1):
        box = " ".join(map(str, each["box_xyxy"]))
        parts = f"{each['parts']} {'part' if each['parts'] == 1 else 'parts'}"
        lines.append(f"  {place}: {each['label'] or '-'}, {each['area']} px, box {box}, {parts}")
    return "\n".join(
        [*lines, *(f"  note: {sentence_for_note(note)}" for note in notes), *([f"  {out}"] if out else [])]
    )
