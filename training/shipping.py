"""What every export has in common: half-precision weights, the card beside them, the questions asked of a run."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

WEIGHTS = Path("vizcore/zoo/bundled/weights")
LICENCE = "AGPL-3.0-only, and no freer than the terms of the training data"

FROZEN = "Its frozen trunk is EfficientNet-Lite0, trained on ImageNet-1K"
TUNED = "Its trunk began as EfficientNet-Lite0, trained on ImageNet-1K, and was trained on with the rest"


def export_arguments(description: str | None, models: Sequence[str], *, goes_on: bool = False) -> argparse.Namespace:
    """The command line of an export; a script that knows one model only is not asked which.

    goes_on: whether it asks for `earlier` runs too.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    if len(models) > 1:
        parser.add_argument("model", choices=list(models))
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--hardware", required=True, help="what it was trained on, for the card")
    parser.add_argument("--minutes", type=float, required=True, help="training time, for the card")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    if goes_on:
        parser.add_argument("--earlier", type=Path, nargs="*", default=[], help="logs of the runs that it went on from")
    return parser.parse_args()


def seen_in(logs: Sequence[str], what: str) -> int:
    """How many pictures or prompts (`what`) the runs of these logs saw; one log may hold several runs, one by one."""
    reports = [json.loads(line) for log in logs for line in log.splitlines()]
    return sum(int(each[what]) for each in reports if each["progress"] >= 1)


def save_half(run: Path, file: Path) -> None:
    """The averaged weights of the run as fp16 safetensors; counters keep their type."""
    state = torch.load(run / "ema.pt", weights_only=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in state.items()}, file)
    file.chmod(0o644)  # safetensors writes for the owner alone


def load_weights(file: Path) -> dict[str, torch.Tensor]:
    """What a run wrote (`.pt`) or what ships (`.safetensors`), in single precision."""
    state = load_file(file) if file.suffix == ".safetensors" else torch.load(file, weights_only=True)
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def has_trunk(run: Path, prefix: str) -> bool:
    """Whether the run trained the trunk too, whose names begin with `prefix`; the file then holds it."""
    return any(name.startswith(prefix) for name in torch.load(run / "ema.pt", weights_only=True))


def load_half(module: nn.Module, file: Path) -> nn.Module:
    """The module with the shipped file's weights, every key accounted for; ValueError where a number is not finite."""
    state = load_weights(file)
    if not all(torch.isfinite(v).all() for v in state.values()):
        raise ValueError(f"expected finite half-precision weights in {file}")
    module.load_state_dict(state)
    return module.to(memory_format=torch.channels_last).eval()


Row = tuple[str, float] | tuple[str, float, int] | tuple[str, float, tuple[float, float]]


def percentages(rows: Sequence[Row], source: str) -> list[dict[str, object]]:
    """Lines of a card's `measured`, in percent; a third member says of how many examples the value is a share, or is
    the 95 % interval of what is none."""
    return [
        {"name": row[0], "value": round(row[1], 1), "unit": "%", "source": source, **_certainty(*row[2:])}
        for row in rows
    ]


def _certainty(known: int | tuple[float, float] | None = None) -> dict[str, object]:
    if known is None:
        return {}
    return {"n": known} if isinstance(known, int) else {"interval": list(known)}


def write_card(
    file: Path,
    module: nn.Module,
    *,
    labels: Sequence[str],
    measured: Sequence[Mapping[str, object]],
    training_data: str,
    limits: str,
    recipe: Mapping[str, object],
    **facts: object,
) -> None:
    """Writes the JSON beside the weights, in the keys that `vizcore.zoo.catalogue` reads."""
    card = {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "size_bytes": file.stat().st_size,
        "parameters_m": round(sum(p.numel() for p in module.parameters()) / 1e6, 2),
        "labels": list(labels),
        **facts,
        "measured": list(measured),
        "training_data": training_data,
        "weights_licence": LICENCE,
        "limits": limits,
        "recipe": recipe,
    }
    file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
