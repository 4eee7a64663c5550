"""Drawn scenes: what the truth says is what the picture shows, and every slider does only its own job."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vizcore.scenes import CLASS_NAMES, Scene, SceneSettings, draw_scene, tight_boxes_xyxy
from vizcore.scenes.curves import blob, ellipse, ribbon, rounded, star, turned
from vizcore.scenes.figures import FIGURES, Part
from vizcore.scenes.painting import paint

SMALL = SceneSettings(seed=3, objects=5, width=200, height=150)
CROWDED = replace(SMALL, objects=24, size=0.6, overlap=0.9)


@pytest.mark.parametrize("settings", [SMALL, CROWDED, replace(SMALL, seed=9, noise=0.5), replace(SMALL, objects=1)])
def test_boxes_labels_and_semantic_map_follow_from_the_masks(settings: SceneSettings) -> None:
    scene = draw_scene(settings)
    assert scene.masks.shape == scene.full_masks.shape == (len(scene.labels), 150, 200)
    assert (scene.areas > 0).all()
    assert (scene.masks.sum(axis=0) <= 1).all(), "two objects show in the same pixel"
    assert not (scene.masks & ~scene.full_masks).any()
    for box, label, mask in zip(scene.boxes_xyxy.astype(int), scene.labels, scene.masks, strict=True):
        x0, y0, x1, y1 = box
        assert mask.sum() == mask[y0:y1, x0:x1].sum()
        assert mask[y0, :].any()
        assert mask[y1 - 1, :].any()
        assert mask[:, x0].any()
        assert mask[:, x1 - 1].any()
        assert (scene.semantic[mask] == label + 1).all()
    assert ((scene.semantic > 0) == scene.masks.any(axis=0)).all()


def visible_shares(scene: Scene) -> Any:
    """Visible pixels over all pixels of each object (N,)."""
    return scene.areas / scene.full_masks.sum(axis=(1, 2))


def test_what_is_in_front_hides_what_is_behind() -> None:
    scene = draw_scene(CROWDED)
    assert (visible_shares(scene) < 1).any()
    assert (scene.full_masks.any(axis=0) == scene.masks.any(axis=0)).all()
    assert visible_shares(scene)[-1] == 1.0
    assert (scene.full_boxes_xyxy[:, :2] <= scene.boxes_xyxy[:, :2]).all()
    assert (scene.full_boxes_xyxy[:, 2:] >= scene.boxes_xyxy[:, 2:]).all()


def test_objects_that_nobody_can_see_are_left_out() -> None:
    buried = replace(SMALL, objects=24, size=0.9, overlap=1.0, classes=("square",))
    scene = draw_scene(buried)
    assert 0 < len(scene.labels) < 24
    assert (scene.areas > 0).all()


def test_no_objects_is_an_empty_truth() -> None:
    scene = draw_scene(replace(SMALL, objects=0))
    assert scene.boxes_xyxy.shape == (0, 4)
    assert scene.masks.shape == (0, 150, 200)
    assert scene.areas.shape == (0,)
    assert not scene.semantic.any()


def test_the_same_settings_give_the_same_bytes() -> None:
    draw_scene.cache_clear()
    first = draw_scene(CROWDED)
    draw_scene.cache_clear()
    again = draw_scene(CROWDED)
    assert first is not again
    assert first.photo.sha256 == again.photo.sha256
    assert (first.masks == again.masks).all()
    assert (first.boxes_xyxy == again.boxes_xyxy).all()
    assert draw_scene(replace(CROWDED, seed=4)).photo.sha256 != first.photo.sha256


def test_each_slider_leaves_the_rest_alone() -> None:
    calm = draw_scene(SMALL)
    noisy = draw_scene(replace(SMALL, noise=0.5))
    assert (noisy.masks == calm.masks).all()
    assert noisy.photo.sha256 != calm.photo.sha256
    one_more = draw_scene(replace(SMALL, objects=6, size=0.2))
    fewer = draw_scene(replace(SMALL, objects=5, size=0.2))
    assert {tuple(box) for box in fewer.full_boxes_xyxy} < {tuple(box) for box in one_more.full_boxes_xyxy}
    assert sorted(draw_scene(replace(SMALL, overlap=0.6)).names) == sorted(calm.names)


def test_size_overlap_and_noise_do_what_they_say() -> None:
    def mean(settings: SceneSettings, value: Callable[[Scene], Any]) -> float:
        return float(np.mean(np.concatenate([value(draw_scene(replace(settings, seed=seed))) for seed in range(8)])))

    small, large = (mean(replace(SMALL, size=size), lambda scene: scene.areas) for size in (0.2, 0.4))
    assert small < 0.5 * large
    apart, half, piled = (mean(replace(SMALL, size=0.25, overlap=share), visible_shares) for share in (0.0, 0.5, 1.0))
    assert apart == 1.0 > half > piled
    empty = replace(SMALL, objects=0)
    difference = draw_scene(replace(empty, noise=0.25)).photo.rgb - draw_scene(empty).photo.rgb.astype(float)
    assert difference.std() == pytest.approx(16, abs=1.5)  # a quarter of 64, a little clipped at white


def test_the_colour_of_a_shape_is_where_its_mask_is() -> None:
    scene = draw_scene(replace(SMALL, objects=1, classes=("disc",), size=0.6))
    mask = scene.masks[0]
    inside, outside = scene.photo.rgb[mask].mean(axis=0), scene.photo.rgb[~mask].mean(axis=0)
    assert inside[0] > inside[1] + 40, "the discs are red"
    assert abs(outside[0] - outside[1]) < 30
    side = scene.boxes_xyxy[0, 2] - scene.boxes_xyxy[0, 0]
    assert mask.sum() == pytest.approx(np.pi / 4 * side**2, rel=0.03)


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_every_class_can_be_drawn_large_small_and_alone(name: str) -> None:
    for size in (0.04, 0.9):
        scene = draw_scene(replace(SMALL, objects=1, size=size, classes=(name,)))
        assert scene.names == [name]
        assert (scene.full_masks == scene.masks).all()


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_every_look_of_a_figure_has_the_same_outline(name: str) -> None:
    figure = FIGURES[name]
    looks = [figure.parts(colouring) for colouring in figure.colourings]
    assert all((a.points == b.points).all() for other in looks for a, b in zip(looks[0], other, strict=True))


def test_masks_are_the_pixels_that_are_at_least_half_covered() -> None:
    patch = paint([Part(np.array([(1, 1), (4, 1), (4, 3), (1, 3)], dtype=float), (255, 0, 0))], (6, 6))
    assert (patch.left, patch.top, patch.coverage.shape) == (1, 1, (2, 3))
    assert (patch.coverage == 1.0).all()
    half = paint([Part(np.array([(0, 0), (2.75, 0), (2.75, 2), (0, 2)], dtype=float), (0, 0, 255))], (2, 3))
    assert half.coverage[0, 1] == 1.0
    assert half.coverage[:, 2] == pytest.approx([0.75, 0.75])
    assert half.premultiplied[0, 2, 2] == pytest.approx(255 * half.coverage[0, 2])


def test_tight_boxes_by_hand() -> None:
    masks = np.zeros((2, 4, 5), dtype=bool)
    masks[0, 0, 0] = True
    masks[1, 1:3, 2:5] = True
    assert tight_boxes_xyxy(masks).tolist() == [[0, 0, 1, 1], [2, 1, 5, 3]]


def test_outlines_have_the_size_they_promise() -> None:
    assert np.ptp(ellipse((1, 2), (3, 1)), axis=0) == pytest.approx([6, 2], abs=0.01)
    assert ellipse((1, 2), (3, 1)).mean(axis=0) == pytest.approx([1, 2])
    assert np.ptp(ribbon([(0, 0), (4, 0)], 1.0), axis=0) == pytest.approx([5, 1], abs=0.05)
    assert np.abs(rounded([(-1, -1), (1, -1), (1, 1), (-1, 1)], 0.2)).max() <= 1
    assert star((0, 0), 1.0, 0.5)[0] == pytest.approx((0, -1))
    assert turned(np.array([(1.0, 0.0)]), 90)[0] == pytest.approx([0, 1])
    anchors = [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)]
    curve = blob(anchors, steps=5)
    assert all(np.isclose(curve, anchor).all(axis=1).any() for anchor in anchors)


@pytest.mark.parametrize(
    "wrong",
    [{"objects": -1}, {"objects": 25}, {"size": 0.0}, {"overlap": 1.1}, {"noise": -0.1}, {"width": 10}, {"seed": -1},
     {"classes": ()}, {"classes": ("zebra",)}, {"classes": ("cat", "cat")}, {"noise": float("nan")}],
)  # fmt: skip
def test_settings_outside_their_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        replace(SMALL, **wrong)


def test_truth_is_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        draw_scene(SMALL).masks[0, 0, 0] = True
