"""What is in a picture file, before any model sees it?"""

from __future__ import annotations

from vizcore.cli.inputs import Files, read_photo
from vizcore.cli.report import AsJson, Report
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.provenance import versions
from vizcore.results import Provenance


def inspect(files: Files, as_json: AsJson = False) -> None:
    """Size, fingerprint and what opening did to each picture."""
    report = Report("inspect", as_json=as_json)
    for file in files:
        with report.about(file):
            photo = read_photo(file)
            notes = [{**note.values, "code": note.code} for note in photo.notes]
            content = {"width": photo.width, "height": photo.height, "sha256": photo.sha256, "notes": notes}
            provenance = Provenance(operation="inspect", photos_sha256=(photo.sha256,), versions=versions())
            report.show(file, content, _text(file, photo), provenance)
    report.finish()


def _text(file: str, photo: Photo) -> str:
    lines = [file, f"  {photo.width} x {photo.height} pixels", f"  sha256 of the pixels {photo.sha256}"]
    return "\n".join([*lines, *(f"  note: {sentence_for_note(note)}" for note in photo.notes)])
