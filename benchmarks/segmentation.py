"""What does a click on SAM cost beside SAM's own predictor, Ultralytics and transformers? With it, run lengths.

ViT-B with random weights: the cost of a click does not depend on them. Where there is a GPU, clicks of 16 sessions too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from segment_anything import SamPredictor, sam_model_registry

from benchmarks.measurement import Measurement, in_turn
from benchmarks.ratio import compare
from benchmarks.run_lengths import run_lengths
from vizcore.photo import Photo
from vizcore.segmentation import ImageEmbedding, Masks, Prompts, SegmentSettings, embed, segment
from vizcore.zoo.bundled.mini_sam import sam_mini
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.sam_models import SamSegmenter

ROUNDS = 9
CLICK = Prompts(((300.0, 200.0),), (1,))
SESSIONS, CLICKS = 16, 8


def main() -> list[Measurement]:
    torch.set_num_threads(2)
    return [*run_lengths(), *mini(), *clicks(), *on_a_gpu()]


def clicks() -> Iterator[Measurement]:
    """One click, three masks at 640 x 480, the embedding at hand."""
    model, photo = vit_b("cpu"), noise()
    untouched = sam_model_registry["vit_b"](checkpoint=None)  # ours lays some weights out anew: the peer gets its own
    untouched.load_state_dict(model.module.state_dict())
    began = time.process_time()
    embedding = embedded(model, photo)
    first_ms = (time.process_time() - began) * 1e3
    ours: Callable[[], Masks] = lambda: segment(model, embedding, SegmentSettings(CLICK))  # noqa: E731
    best: Callable[[], Masks] = lambda: segment(model, embedding, SegmentSettings(CLICK, keep="best"))  # noqa: E731
    official = officially(untouched.eval(), embedding)
    peers: dict[str, tuple[Callable[[], Any], float]] = {
        "SamPredictor.predict": (official, 0.85),
        "ultralytics, features cached": (by_ultralytics(embedding, photo), 0.95),
        "transformers, embeddings cached": (by_transformers(embedding), 0.95),
    }
    for (name, (peer, target)), short in zip(peers.items(), ("official", "ultralytics", "transformers"), strict=True):
        same = same_masks if peer is official else None
        yield compare(
            f"segmentation.click.{short}", ours, peer, rounds=ROUNDS, target=target, equal=same, peer_name=name
        )
    yield compare("segmentation.click.best_only", best, official, rounds=ROUNDS, target=0.85, peer_name="SamPredictor")
    (second,) = in_turn(ours, rounds=3)
    name, remark = "segmentation.second_click", f"{model.encoder_runs} run of the encoder in all"
    yield Measurement(name, second.cpu_ms, "ms (cpu)", 0.05, "first click", first_ms + second.cpu_ms, 3, remark)


def mini() -> Iterator[Measurement]:
    """The bundled architecture on the CPU, in milliseconds."""
    torch.manual_seed(0)
    model, photo = SamSegmenter(CARDS["sam-vit-b"], sam_mini(), "random", "cpu"), noise()
    embedding = embedded(model, photo)
    encoder, decoder = in_turn(
        lambda: embedded(model, photo), lambda: segment(model, embedding, SegmentSettings(CLICK)), rounds=ROUNDS
    )
    yield Measurement("segmentation.sam_mini.embed", encoder.wall_ms, "ms (wall)", 150, rounds=ROUNDS)
    yield Measurement("segmentation.sam_mini.segment", decoder.wall_ms, "ms (wall)", 40, rounds=ROUNDS)
    p50, p95 = sixteen_sessions(model, photo, "cpu")
    name, in_a_row = "segmentation.sam_mini.16_sessions", SESSIONS * decoder.wall_ms
    yield Measurement(
        name, p50, "ms (p50)", 1.3, "16 clicks in a row", in_a_row, SESSIONS * CLICKS, f"p95 {p95:.0f} ms"
    )


def on_a_gpu() -> Iterator[Measurement]:
    """Encoding, a click, and 16 sessions clicking at once through the engine: p50 and p95 in milliseconds."""
    if not torch.cuda.is_available():
        print("segmentation: no GPU, its encode, click and 16 sessions are not measured")
        return
    model, photo = vit_b("cuda"), noise()
    embedding = embedded(model, photo)
    work: dict[str, Callable[[], object]] = {
        "encode": lambda: embedded(model, photo),
        "click": lambda: segment(model, embedding, SegmentSettings(CLICK)),
    }
    limits = {"encode": 40.0, "click": 16.0}
    for name, run in work.items():
        times = [timed(run) for _ in range(60)][10:]
        p50, p95 = np.percentile(times, (50, 95))
        yield Measurement(f"segmentation.gpu.{name}", float(p50), "ms (p50)", limits[name], remark=f"p95 {p95:.1f} ms")
    p50, p95 = sixteen_sessions(model, photo, "cuda")
    name = "segmentation.gpu.16_sessions"
    yield Measurement(name, p50, "ms (p50)", 300.0, rounds=SESSIONS * CLICKS, remark=f"p95 {p95:.1f} ms")


def sixteen_sessions(model: SamSegmenter, photo: Photo, device: str) -> tuple[float, float]:
    """Every session clicks at a place of its own, waits for its answer and clicks again: p50 and p95 in ms."""
    import threading

    from vizcore.engine import Engine
    from vizcore.settings import Settings

    engine = Engine(Settings(device=device), loader=lambda card, device: model, find_card=lambda key: model.card)
    embedding = engine.run(embed, model.card.key, photo)
    times: list[float] = []

    def session(number: int) -> None:
        for click in range(CLICKS):
            settings = SegmentSettings(Prompts(((10.0 + 30 * number, 10.0 + 20 * click),), (1,)))
            times.append(
                timed(lambda s=settings: engine.run(segment, model.card.key, embedding, s, session=str(number)))
            )

    threads = [threading.Thread(target=session, args=(number,)) for number in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.close()
    p50, p95 = np.percentile(times, (50, 95))
    return float(p50), float(p95)


def vit_b(device: str) -> SamSegmenter:
    torch.manual_seed(0)
    module = sam_model_registry["vit_b"](checkpoint=None)
    return SamSegmenter(replace(CARDS["sam-vit-b"], files=()), module, "random", device)


def embedded(model: SamSegmenter, photo: Photo) -> ImageEmbedding:
    result = [snapshot.result for snapshot in embed(model, photo)][-1]
    if not isinstance(result, ImageEmbedding):
        raise ValueError(f"expected an embedding, got {type(result).__name__}")
    return result


def officially(module: Any, embedding: ImageEmbedding) -> Callable[[], Any]:
    predictor = SamPredictor(module)
    predictor.features = torch.from_numpy(embedding.features[0].copy())
    predictor.original_size, predictor.input_size = embedding.placement.photo_hw, embedding.placement.model_hw
    predictor.is_image_set = True
    points, labels = np.array(CLICK.points_xy), np.array(CLICK.labels)
    return lambda: predictor.predict(point_coords=points, point_labels=labels, multimask_output=True)


def by_ultralytics(embedding: ImageEmbedding, photo: Photo) -> Callable[[], Any]:
    from vizcore.zoo.guards import import_ultralytics

    import_ultralytics()
    from ultralytics.models.sam import Predictor
    from ultralytics.models.sam.build import build_sam_vit_b

    predictor: Any = Predictor(overrides={"imgsz": 1024, "device": "cpu", "conf": 0.0, "verbose": False, "save": False})
    predictor.setup_model(build_sam_vit_b(None), verbose=False)
    predictor.features = torch.from_numpy(embedding.features[0].copy())
    predictor.batch = ([""], [photo.rgb], None)
    canvas, points = torch.zeros(1, 3, 1024, 1024), [list(CLICK.points_xy[0])]

    def click() -> Any:
        with torch.inference_mode():
            found = predictor.prompt_inference(canvas, points=points, labels=[1], multimask_output=True)
            predictor.args.conf = -1e9  # random weights rate their masks anyhow: all three count
            return [each.masks.data.numpy() for each in predictor.postprocess(found, canvas, [photo.rgb])]

    return click


def by_transformers(embedding: ImageEmbedding) -> Callable[[], Any]:
    import transformers

    module = transformers.SamModel(transformers.SamConfig()).eval()
    processor = transformers.SamProcessor(transformers.SamImageProcessor())
    features = torch.from_numpy(embedding.features[0].copy())
    points = torch.tensor(embedding.placement.to_model(np.array(CLICK.points_xy)))[None, None].float()
    labels = torch.ones(1, 1, 1, dtype=torch.int32)
    original, reshaped = [list(embedding.placement.photo_hw)], [list(embedding.placement.model_hw)]

    def click() -> Any:
        with torch.inference_mode():
            answer = module(image_embeddings=features, input_points=points, input_labels=labels)
            masks = processor.image_processor.post_process_masks(answer.pred_masks, original, reshaped)
        return [mask.numpy() for mask in masks]

    return click


def same_masks(ours: Masks, theirs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> bool:
    """Equal logits; masks by one enlargement instead of two differ in pixels on the border only."""
    order = np.argsort(-theirs[1], kind="stable")
    agree = (ours.masks == theirs[0][order]).mean()
    print(f"  share of equal pixels {agree:.5f}")
    return bool(np.allclose(ours.low_res_logits, theirs[2][order], atol=1e-3) and agree > 0.99)


def noise() -> Photo:
    rng = np.random.default_rng(0)
    smooth = gaussian_filter(rng.normal(size=(480, 640, 3)), (20, 20, 0))
    return Photo(np.clip(128 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8), "noise")


def timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1e3
