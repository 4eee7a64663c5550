"""Where in pictures is the evidence for a class, and where does a ViT look?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import SAMPLE_PREFIX, Files, ModelKey, choose_card, read_photo
from vizcore.cli.out_files import checked_out_folder, write_bytes
from vizcore.cli.report import AsJson, Report
from vizcore.errors import SettingOutOfRange

if TYPE_CHECKING:
    from vizcore.features import AttentionMaps, ClassMaps, FaithfulnessTable
    from vizcore.photo import Photo
    from vizcore.results import Heatmap
    from vizcore.zoo.cards import ModelCard

# The keys of vizcore.features.METHODS (a test compares them), which cannot be imported here without torch.
KNOWN = (
    *("grad-cam", "grad-cam++", "hirescam", "layercam", "xgrad-cam", "eigen-cam"),
    *("ablation-cam", "score-cam", "integrated-gradients", "occlusion"),
)

OutFolder = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Writes each map over its picture here.")]


def cam(
    files: Files,
    model: ModelKey = None,
    method: Annotated[
        list[str] | None, typer.Option("--method", metavar="M", help=f"One of {', '.join(KNOWN)}; once for each.")
    ] = None,
    wanted: Annotated[
        str | None, typer.Option("--class", metavar="C", help="Index or part of a label; default: the first answer.")
    ] = None,
    out: OutFolder = None,
    faithfulness: Annotated[bool, typer.Option("--faithfulness", help="Also tests each map on the model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Maps of the evidence for a class, by one method or several of them."""
    methods = tuple(method or KNOWN[:1])
    if unknown := [each for each in methods if each not in KNOWN]:
        raise typer.BadParameter(f"{unknown[0]}; there are {', '.join(KNOWN)}", param_hint="--method")
    report = Report("cam", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            checked_out_folder(out)
            photo, card = read_photo(file), choose_card(model, "classify")
            target = None if wanted is None else _class_index(photo, card, wanted)
            found, table = _mapped(photo, card, methods, target, faithfulness)
            paths = [_write(out, file, photo, each) for each in found.maps]
            report.show(file, _cam_content(found, paths, table), _cam_text(file, found, paths, table), found.provenance)
    report.finish()


def attention(
    files: Files,
    model: ModelKey = None,
    layer: Annotated[int | None, typer.Option("--layer", min=1, help="From 1; default: the last one.")] = None,
    head: Annotated[int | None, typer.Option("--head", min=1, help="From 1; default: the mean of all.")] = None,
    patch: Annotated[int | None, typer.Option("--patch", min=0, help="Who looks; default: [CLS].")] = None,
    discard: Annotated[float, typer.Option("--discard", min=0, max=0.99, help="Of rollout's links.")] = 0.0,
    out: OutFolder = None,
    as_json: AsJson = False,
) -> None:
    """Where a ViT looks: one row of its attention, and attention rollout."""
    report = Report("attention", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            checked_out_folder(out)
            photo, card = read_photo(file), _attentive_card(model)
            maps, rollout = _attended(photo, card, discard)
            row = _chosen_row(maps, layer, head, patch)
            paths = [_write(out, file, photo, each) for each in (row, rollout)]
            content = {
                "model": card.key,
                "layers": maps.layers,
                "heads": maps.heads,
                "grid_hw": maps.grid.shape_hw,
                "region_xyxy": maps.grid.region_xyxy,
                "row": {"layer": row.layer, "of": row.target, "peak": row.peak, "grid": row.grid, "out": paths[0]},
                "rollout": {"peak": rollout.peak, "grid": rollout.grid, "out": paths[1]},
                "timing_ms": maps.provenance.timing_ms,
            }
            report.show(file, content, _attention_text(file, maps, row), maps.provenance)
    report.finish()


def _class_index(photo: Photo, card: ModelCard, wanted: str) -> int:
    from vizcore.engine import shared_engine
    from vizcore.features import classify
    from vizcore.zoo.labels import find_class

    found: Any = shared_engine().run(classify, card.key, photo, session=SESSION)
    return find_class(found.labels, wanted, card.key)


def _mapped(
    photo: Photo, card: ModelCard, methods: tuple[str, ...], target: int | None, tested: bool
) -> tuple[ClassMaps, FaithfulnessTable | None]:
    from vizcore.engine import shared_engine
    from vizcore.features import ClassMapsSettings, FaithfulnessSettings, class_maps, faithfulness

    settings = ClassMapsSettings(methods, target)
    found: Any = shared_engine().run(class_maps, card.key, photo, settings, session=SESSION)
    if not tested:
        return found, None
    table: Any = shared_engine().run(faithfulness, card.key, photo, FaithfulnessSettings(settings), session=SESSION)
    return found, table


def _attended(photo: Photo, card: ModelCard, discard: float) -> tuple[AttentionMaps, Heatmap]:
    from vizcore.engine import shared_engine
    from vizcore.features import RolloutSettings, attention_maps, attention_rollout

    maps: Any = shared_engine().run(attention_maps, card.key, photo, session=SESSION)
    settings = RolloutSettings(discard=discard)
    rollout: Any = shared_engine().run(attention_rollout, card.key, photo, settings, session=SESSION)
    return maps, rollout


def _attentive_card(key: str | None) -> ModelCard:
    """The card with this key, or the first bundled one that lays its features out as tokens."""
    from vizcore.zoo.catalogue import cards_for

    bundled = [each for each in cards_for("classify") if each.bundled and each.facts.get("layout") == "tokens"]
    return choose_card(bundled[0].key if key is None and bundled else key, "classify", "embed")


def _chosen_row(maps: AttentionMaps, layer: int | None, head: int | None, patch: int | None) -> Heatmap:
    limits = {"layer": (layer, 1, maps.layers), "head": (head, 1, maps.heads), "patch": (patch, 0, maps.grid.count - 1)}
    for name, (given, low, high) in limits.items():
        if given is not None and given > high:
            raise SettingOutOfRange(setting=name, least=low, most=high, actual=given)
    return maps.heatmap((layer or maps.layers) - 1, None if head is None else head - 1, patch)


def _write(folder: Path | None, file: str, photo: Photo, heatmap: Heatmap) -> str | None:
    """The map over the photo as a PNG in `folder`; its path. FileUnreadable when it cannot be written."""
    if folder is None:
        return None
    from vizcore.figures.overlay import overlay_heatmap
    from vizcore.pictures import encode_png

    stem = Path(file.removeprefix(SAMPLE_PREFIX)).stem
    path = folder / f"{stem}-{photo.sha256[:8]}-{heatmap.provenance.model}-{heatmap.method}.png"
    return write_bytes(path, encode_png(overlay_heatmap(photo, heatmap)))


def _cam_content(found: ClassMaps, paths: list[str | None], table: FaithfulnessTable | None) -> dict[str, Any]:
    maps = [
        {"method": each.method, "layer": each.layer, "peak": each.peak, "grid": each.grid, "out": path}
        for each, path in zip(found.maps, paths, strict=True)
    ]
    content = {
        "model": found.provenance.model,
        "target": found.label,
        "probability": found.probability,
        "region_xyxy": found.maps[0].region_xyxy,
        "maps": maps,
        "timing_ms": found.provenance.timing_ms,
    }
    return content | ({"faithfulness": _rows(table)} if table else {})


def _rows(table: FaithfulnessTable) -> list[dict[str, Any]]:
    return [
        {
            "method": row.method,
            "drop": row.drop,
            "increased": row.increased,
            "deletion_auc": row.deletion.area,
            "insertion_auc": row.insertion.area,
        }
        for row in (*table.rows, table.reference)
    ]


def _cam_text(file: str, found: ClassMaps, paths: list[str | None], table: FaithfulnessTable | None) -> str:
    lines = [f"{file} ({found.provenance.model}): {found.label} {found.probability:.2%}"]
    for each, path in zip(found.maps, paths, strict=True):
        size = "x".join(map(str, each.grid.shape))
        lines.append(f"  {each.method}: {size} at {each.layer}, peak {each.peak:.4g}{f', {path}' if path else ''}")
    for row in _rows(table) if table else []:
        kept, shown = row["deletion_auc"], row["insertion_auc"]
        lines.append(f"  {row['method']}: drop {row['drop']:.1%}, deletion {kept:.3f}, insertion {shown:.3f}")
    return "\n".join(lines)


def _attention_text(file: str, maps: AttentionMaps, row: Heatmap) -> str:
    rows, columns = maps.grid.shape_hw
    name = (
        f"{file} ({maps.provenance.model}): {maps.layers} layers of {maps.heads} heads over {rows} x {columns} patches"
    )
    place = divmod(int(row.grid.argmax()), columns)
    return f"{name}\n  {row.target}, {row.layer}: most at row {place[0]}, column {place[1]} ({row.peak:.2%})"
