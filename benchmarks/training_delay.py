"""How much longer does an answer take while another visitor trains the same model? Part of the benchmark `teaching`."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from benchmarks.measurement import Measurement
from vizcore.engine import Engine
from vizcore.features import classify
from vizcore.learning.network import NetworkTask, learn_network
from vizcore.learning.split import TEST, TRAIN, VALIDATION
from vizcore.photo import Photo
from vizcore.settings import Settings
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

TRAINED = "cnn-mini"  # by one visitor, while another asks the same model about a picture
ASKED, PAUSE_S, DELAY_ROUNDS = 10, 0.1, 3


def delay_by_training() -> Measurement:
    """How much longer one visitor's answer takes while another trains: engine beside plain threads, in turn.

    Each side's delay is its median while a network learns less its median without.
    """
    model: Any = load_model(card(TRAINED), "cpu")
    threads = min(os.cpu_count() or 1, 4)  # as the engine has them, of every model call on both sides
    torch.set_num_threads(threads)
    middle = {side: float(np.median(each)) for side, each in _waits_by_turns(model, threads).items()}
    return Measurement(
        "teaching.delay",
        max(0.0, middle["engine"] - middle["engine alone"]),
        "s",
        0.5,
        "plain threads",
        max(1e-9, middle["threads"] - middle["threads alone"]),
        ASKED * DELAY_ROUNDS,
        ", ".join(f"{side} {1000 * each:.0f} ms" for side, each in middle.items()),
    )


def _waits_by_turns(model: Any, threads: int) -> dict[str, list[float]]:
    """Seconds of each answer, by side, while a network learns and while none does."""
    made = Engine(Settings(device="cpu", cache_mb=0, deadline_s=600.0, threads=threads))
    waits: dict[str, list[float]] = {"engine": [], "engine alone": [], "threads": [], "threads alone": []}
    numbers = iter(range(1_000_000))

    def by_engine() -> None:
        made.run(classify, TRAINED, _noise(next(numbers)), session="asks")

    @torch.inference_mode()
    def by_thread() -> None:
        classify(model, _noise(next(numbers)))

    try:
        for ask in (by_engine, by_thread):
            ask()  # warms up
        for number in range(DELAY_ROUNDS):
            waits["engine alone"] += _asked(by_engine)
            waits["threads alone"] += _asked(by_thread)
            with _job(made, number):
                waits["engine"] += _asked(by_engine)
            with _plain_training(model, number, threads):
                waits["threads"] += _asked(by_thread)
    finally:
        made.close()
    return waits


def _asked(ask: Callable[[], None]) -> list[float]:
    """Seconds of each of some answers."""
    seconds = []
    for _time in range(ASKED):
        time.sleep(PAUSE_S)
        started = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - started)
    return seconds


def _noise(seed: int) -> Photo:
    return Photo(np.random.default_rng(seed).integers(0, 255, (128, 128, 3), np.uint8), str(seed))


def _task(seed: int) -> tuple[tuple[Photo, ...], NetworkTask]:
    """64 pictures of two classes, and more epochs than there is time for."""
    photos = tuple(_noise(10_000_000 + n) for n in range(64))
    classes, parts = np.arange(64) % 2, np.zeros(64, np.int8)
    parts[48:56], parts[56:] = VALIDATION, TEST
    parts[:48] = TRAIN
    return photos, NetworkTask(classes, parts, ("a", "b"), "finetune", epochs=1000, patience=1000, seed=seed)


@contextmanager
def _job(made: Engine, seed: int) -> Iterator[None]:
    """Training as the page starts it, in full course."""
    photos, task = _task(seed)
    job = made.start(learn_network, TRAINED, photos, task, session="trains")
    while (seen := job.snapshot()) is None or seen.step < 8:
        assert not job.done()
        time.sleep(0.05)
    try:
        yield
        assert not job.done()
    finally:
        job.cancel()
        while not job.done():
            time.sleep(0.05)


@contextmanager
def _plain_training(model: Any, seed: int, threads: int) -> Iterator[None]:
    """The same training in a thread of its own."""
    photos, task = _task(seed)
    steps, end = [0], threading.Event()

    def train() -> None:
        torch.set_num_threads(threads)
        with torch.inference_mode(False):
            for _snapshot in learn_network(model, photos, task):
                steps[0] += 1
                if end.is_set():
                    return

    thread = threading.Thread(target=train)
    thread.start()
    while steps[0] < 8:
        assert thread.is_alive()
        time.sleep(0.05)
    try:
        yield
        assert thread.is_alive()
    finally:
        end.set()
        thread.join()
