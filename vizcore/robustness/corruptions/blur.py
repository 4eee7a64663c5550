"""Blur of lenses, glass, hands and zoom. x (H, W, 3) float in [0, 1]; lengths in pixels at 224 px times `scale`."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vizcore.robustness.corruptions.noise import Floats, Random

SUPERSAMPLING = 8


def defocus_blur(x: Floats, radius_and_edge: tuple[float, float], scale: float, random: Random) -> Floats:
    """A lens out of focus: a disc of this radius, its edge softened by this deviation."""
    radius, edge = radius_and_edge
    return filtered(x, disc_kernel(radius * scale, edge * scale))


def glass_blur(x: Floats, how: tuple[float, int, int], scale: float, random: Random) -> Floats:
    """Frosted glass: blurred, neighbouring pixels swapped up to `reach` apart, `rounds` times, and blurred again."""
    sigma, reach, rounds = how
    blurred = gaussian(x, sigma * scale)
    reach = max(round(reach * scale), 1)
    order = swapped_order(x.shape[0], x.shape[1], reach, rounds, random)
    return gaussian(blurred.reshape(-1, 3)[order].reshape(x.shape), sigma * scale)


def motion_blur(x: Floats, radius_and_sigma: tuple[float, float], scale: float, random: Random) -> Floats:
    """A moving camera: a half Gaussian along a line, at -45 to 45 degrees."""
    radius, sigma = radius_and_sigma
    return filtered(x, motion_kernel(radius * scale, sigma * scale, random.uniform(-45, 45)))


def zoom_blur(x: Floats, most_and_step: tuple[float, float], scale: float, random: Random) -> Floats:
    """A moving object: the mean of the picture and of itself enlarged from 1 up to (not including) `most`."""
    most, step = most_and_step
    factors = np.arange(1, most, step)
    layers = [x, *(enlarged(x, factor) for factor in factors)]
    return np.asarray(np.mean(layers, axis=0))


def gaussian(x: Floats, sigma: float) -> Floats:
    """Gaussian blur with repeated edges."""
    return np.asarray(cv2.GaussianBlur(x, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def filtered(x: Floats, kernel: Floats) -> Floats:
    """Correlation of each channel with the kernel."""
    return np.asarray(cv2.filter2D(x, -1, kernel, borderType=cv2.BORDER_REFLECT_101))


def disc_kernel(radius: float, edge: float) -> Floats:
    """A disc that sums to 1; a pixel on its rim counts by the share of it that lies inside."""
    half = int(np.ceil(radius + 3 * edge))
    fine = (np.arange((2 * half + 1) * SUPERSAMPLING) + 0.5) / SUPERSAMPLING - half - 0.5
    inside = (fine[:, None] ** 2 + fine[None, :] ** 2 <= (radius + 0.25) ** 2).astype(np.float64)
    kernel = inside.reshape(2 * half + 1, SUPERSAMPLING, 2 * half + 1, SUPERSAMPLING).mean(axis=(1, 3))
    return np.asarray(gaussian(kernel, max(edge, 1e-3)) / kernel.sum())


def motion_kernel(radius: float, sigma: float, degrees: float) -> Floats:
    """Weights of a half Gaussian on the pixels that a line from the middle passes; sums to 1."""
    reach = max(round(2 * radius), 1)
    weights = np.exp(-np.square(np.arange(reach + 1)) / (2 * max(sigma, 1e-3) ** 2))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    angle = np.deg2rad(degrees)
    for distance, weight in enumerate(weights):
        row, column = round(distance * np.sin(angle)), round(distance * np.cos(angle))
        kernel[reach + row, reach + column] += weight
    return np.asarray(kernel / kernel.sum())


def enlarged(x: Floats, factor: float) -> Floats:
    """The middle of the picture enlarged to its size, linearly."""
    height, width = x.shape[:2]
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    matrix = np.array([[factor, 0, middle_x * (1 - factor)], [0, factor, middle_y * (1 - factor)]])
    return np.asarray(cv2.warpAffine(x, matrix, (width, height), borderMode=cv2.BORDER_REFLECT_101))


def swapped_order(height: int, width: int, reach: int, rounds: int, random: Random) -> NDArray[np.int64]:
    """(H * W,): which pixel stands at each place after every pixel was swapped with a near one, from the bottom up."""
    order = list(range(height * width))
    rows, columns = np.arange(height - reach, reach, -1), np.arange(width - reach, reach, -1)
    for _ in range(rounds):
        moves = random.integers(-reach, reach, size=(len(rows), len(columns), 2))
        here = rows[:, None] * width + columns[None, :]
        there = (rows[:, None] + moves[..., 0]) * width + columns[None, :] + moves[..., 1]
        for a, b in zip(here.ravel().tolist(), there.ravel().tolist(), strict=True):
            order[a], order[b] = order[b], order[a]
    return np.array(order)
