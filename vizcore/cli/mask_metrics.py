"""How well does one mask agree with another, as numbers on the command line?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.cli.inputs import SAMPLE_PREFIX, read_bytes, read_photo
from vizcore.cli.report import AsJson, Report
from vizcore.i18n.sentences import sentence_for_note

if TYPE_CHECKING:
    from vizcore.metrics.masks import MaskMetrics
    from vizcore.metrics.masks.overlap import Mask
    from vizcore.photo import Note

Truth = Annotated[str, typer.Argument(metavar="A", help="The true mask: a picture, bright inside and dark outside.")]
Predicted = Annotated[str, typer.Argument(metavar="B", help="The predicted mask, of the same size.")]
Skip = Annotated[bool, typer.Option("--skip-empty", help="Two empty masks give null (to be left out of means), not 1.")]
Band = Annotated[
    int | None,
    typer.Option("--boundary", metavar="PIXELS", min=1, help="Band of boundary IoU; default: 2 % of the diagonal."),
]


def mask_metrics(
    truth: Truth, prediction: Predicted, skip_empty: Skip = False, boundary: Band = None, as_json: AsJson = False
) -> None:
    """IoU, Dice, precision, recall, boundary IoU and surface distances of two masks."""
    report = Report("mask-metrics", as_json=as_json)
    both = [truth, prediction]
    with report.about(both):
        from vizcore.metrics.masks import MaskMetricSettings, compare_masks

        masks, notes = zip(*map(_read_mask, both), strict=True)
        settings = MaskMetricSettings(boundary_px=boundary, empty="skip" if skip_empty else "one")
        found = compare_masks(masks[0], masks[1], settings)
        said = {"notes": [[{**note.values, "code": note.code} for note in each] for each in notes]}
        lines = [
            f"note on {file}: {sentence_for_note(n)}" for file, each in zip(both, notes, strict=True) for n in each
        ]
        report.show(both, content_of(found) | said, "\n".join([_text(found), *lines]), found.provenance)
    report.finish()


def _read_mask(file: str) -> tuple[Mask, tuple[Note, ...]]:
    """The mask of a file, and what a reader has to know about how it was told from the rest."""
    from vizcore.metrics.masks import mask_of_file, photo_as_mask

    is_sample = file.startswith(SAMPLE_PREFIX)
    found = photo_as_mask(read_photo(file)) if is_sample else mask_of_file(read_bytes(Path(file)), Path(file).name)
    return found.mask, found.notes


def content_of(found: MaskMetrics) -> dict[str, object]:
    """The metrics by their language-free names, and what they were made of."""
    counts = found.counts
    return {**found.values} | {
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "boundary_px": found.boundary_px,
        "both_empty": counts.both_empty,
        "empty_policy": found.provenance.settings["empty"],
    }


def _text(found: MaskMetrics) -> str:
    from vizcore.metrics.masks import MASK_METRICS

    counts = found.counts
    lines = [f"{name:26} {found[name]:.6g}{' px' * (row.unit == 'px')}" for name, row in MASK_METRICS.items()]
    lines.append(f"pixels: TP {counts.tp}, FP {counts.fp}, FN {counts.fn}; boundary band {found.boundary_px} px")
    if counts.both_empty:
        lines.append(f'both masks are empty: counted by the policy "{found.provenance.settings["empty"]}"')
    return "\n".join(lines)
