"""Are features as fast as a bare loop, is a probe scikit-learn's, and does a relabelled photo cost seconds at most?

Also: what the small CNN of the MNIST contest reads after half of the minute that it may take. With the environment
variable TEACH_PACKS (the folder of the packs) it learns cats against dogs from 50 photos each, too. Seconds are those
of the processor, of all threads together, so that other work on the machine changes little.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from benchmarks.training_delay import delay_by_training
from vizcore.learning.bins import Bins, Example
from vizcore.learning.contest.run import ContestSettings, run_contestant
from vizcore.learning.heads import fit_linear
from vizcore.learning.probe import ProbeTask, learn_probe
from vizcore.learning.split import split_photos
from vizcore.learning.starts import load_start
from vizcore.learning.twins import SIDE, groups_of
from vizcore.photo import Photo
from vizcore.similarity.many import ManySettings, embed_photos
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

MODEL = "efficientnet-lite0"
PHOTOS, LEARNT, RELABELLED = 48, 200, 1000
CNN_S, CNN_SEEDS = 30.0, 3


def main() -> list[Measurement]:
    model: Any = load_model(card(MODEL), "cpu")
    found = [_features(model), *_probe(), _relabelled(), _small_cnn(), delay_by_training()]
    if packs := os.environ.get("TEACH_PACKS"):
        found.append(_cats_and_dogs(model, Path(packs)))
    return found


def _features(model: Any) -> Measurement:
    """Our cached features against a loop that does nothing but prepare and embed batches of the same size."""
    random = np.random.default_rng(0)
    photos = tuple(Photo(random.integers(0, 255, (192, 256, 3), np.uint8), str(n)) for n in range(PHOTOS))
    batch = ManySettings().batch

    @torch.inference_mode()
    def bare() -> np.ndarray:
        parts = [photos[start : start + batch] for start in range(0, len(photos), batch)]
        return np.concatenate([model.embed(model.pixels([model.prepare(e) for e in part])).numpy() for part in parts])

    return compare(
        "teaching.features",
        lambda: embed_photos(model, photos).vectors,
        bare,
        rounds=3,
        target=1.1,
        equal=lambda ours, theirs: bool(np.array_equal(ours, theirs)),
        peer_name="a bare loop",
    )


def _probe() -> list[Measurement]:
    """Fit time on 200 photos, and accuracy beside scikit-learn's on the same vectors, over ten splits."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    data = load_start("cats_dogs")
    assert data.vectors is not None
    classes, vectors = data.bins.classes, data.vectors.astype(np.float64)
    seconds, gaps = [], []
    for seed in range(10):
        rows = np.random.default_rng(seed).permutation(len(classes))
        train, test = rows[:LEARNT], rows[LEARNT:]
        started = time.process_time()
        head, _ = fit_linear(vectors[train], classes[train], 2)
        seconds.append(time.process_time() - started)
        scaler = StandardScaler().fit(vectors[train])
        peer = LogisticRegression(max_iter=2000).fit(scaler.transform(vectors[train]), classes[train])
        ours = (head.logits(vectors[test]).argmax(1) == classes[test]).mean()
        gaps.append(abs(ours - peer.score(scaler.transform(vectors[test]), classes[test])))
    return [
        Measurement("teaching.fit.200", float(np.median(seconds)), "s", 1.0, rounds=10),
        Measurement(
            "teaching.probe.gap", 100 * float(np.max(gaps)), "points", 1.0, rounds=10, remark="to scikit-learn, at most"
        ),
    ]


def _relabelled() -> Measurement:
    """One photo of 1,000 changes its class: groups, split, probe and test answers, all from kept vectors."""
    random = np.random.default_rng(0)
    vectors = random.normal(size=(RELABELLED, 1280)).astype(np.float32)
    twins = random.normal(size=(RELABELLED, SIDE * SIDE)).astype(np.float32)
    twins /= np.linalg.norm(twins, axis=1, keepdims=True)
    labels = ("cat", "dog")
    examples = tuple(Example(f"{number:064x}", str(number), labels[number % 2]) for number in range(RELABELLED))
    vectors += np.where(np.arange(RELABELLED) % 2, 0.08, -0.08)[:, None].astype(np.float32)
    seconds = []
    for number in range(5):
        started = time.process_time()
        bins = Bins(labels, examples).moved(examples[number].sha256, labels[(number + 1) % 2])
        split = split_photos(bins.classes, groups_of(twins, [""] * RELABELLED), labels)
        learn_probe(None, None, ProbeTask(vectors, bins.classes, split.parts, labels, "linear", MODEL))
        seconds.append(time.process_time() - started)
    return Measurement("teaching.relabel.1000", float(np.median(seconds)), "s", 2.0, rounds=5)


def _small_cnn() -> Measurement:
    """The mean of three seeds on 4,000 digits to learn from and 1,000 others, one thread, `CNN_S` s each."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    wrong = []
    try:
        for seed in range(CNN_SEEDS):
            settings = ContestSettings("small-cnn", budget=CNN_S, seed=seed, clock="cpu")
            *_steps, last = run_contestant(None, None, settings)
            wrong.append(100 * (1 - last.result.accuracy))  # type: ignore[union-attr]
    finally:
        torch.set_num_threads(threads)
    remark = f"{CNN_S:.0f} s a seed, of 1,000 digits: " + ", ".join(f"{each:.1f} %" for each in wrong)
    return Measurement("teaching.small_cnn.wrong", float(np.mean(wrong)), "%", 3.0, rounds=CNN_SEEDS, remark=remark)


def _cats_and_dogs(model: Any, packs: Path) -> Measurement:
    """50 photos of each to learn from, 500 others to be tested on, of the packs' Dogs vs. Cats."""
    from training.teach_features import CATS_AND_DOGS, photo_of, rows_of

    rows = [row for row in rows_of(packs, CATS_AND_DOGS) if row["species"] < 2]
    chosen = [row for place in (0, 1) for row in [each for each in rows if each["species"] == place][:300]]
    photos = tuple(photo_of(row) for row in chosen)
    vectors = embed_photos(model, photos).vectors
    classes = np.array([row["species"] for row in chosen], np.int64)
    learnt = np.concatenate([np.flatnonzero(classes == place)[:50] for place in (0, 1)])
    tested = np.setdiff1d(np.arange(len(classes)), learnt)
    head, _ = fit_linear(vectors[learnt], classes[learnt], 2)
    wrong = (head.logits(vectors[tested]).argmax(1) != classes[tested]).mean()
    return Measurement("teaching.cats_dogs.50.wrong", 100 * float(wrong), "%", 5.0, remark=f"of {len(tested)} photos")
