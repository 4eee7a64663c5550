"""The mean of two runs' weights as a third run: python -m training.average_runs FIRST SECOND --out runs/mean/cnn-mini

Where the second run went on from the first, the mean is often better than either (Wortsman et al. 2022, "Model soups").
Reads each run's `ema.pt`; the second run's log and settings are the new run's. Counters are the second run's.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch

Weights = dict[str, torch.Tensor]


def mean(first: Weights, second: Weights) -> Weights:
    """Tensor by tensor; KeyError where the two are not the same network."""
    if first.keys() != second.keys():
        raise KeyError(f"expected the same tensors, got {sorted(first.keys() ^ second.keys())}")
    return {
        name: (first[name].float() + each) / 2 if each.is_floating_point() else each for name, each in second.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    first, second = (torch.load(run / "ema.pt", weights_only=True) for run in (args.first, args.second))
    args.out.mkdir(parents=True, exist_ok=True)
    torch.save(mean(first, second), args.out / "ema.pt")
    shutil.copyfile(args.second / "log.jsonl", args.out / "log.jsonl")
    known = args.second / "settings.json"  # of the classifiers' runs
    settings = json.loads(known.read_text()) if known.is_file() else {}
    settings["ships"] = "the mean of the weights before and after"
    (args.out / "settings.json").write_text(json.dumps(settings) + "\n")


if __name__ == "__main__":
    main()
