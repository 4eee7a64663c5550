"""Is a change made of coarse shapes or of fine grain?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray


def log_spectrum(picture: FloatArray) -> NDArray[np.float64]:
    """(H, W, 3) -> (H, W): log(1 + |FFT|), mean over channels, frequency 0 in the middle, scaled to 1 at its peak."""
    strength = np.abs(np.fft.fft2(np.asarray(picture, dtype=np.float64), axes=(0, 1))).mean(axis=-1)
    log: NDArray[np.float64] = np.log1p(np.fft.fftshift(strength))
    peak = log.max()
    return log / peak if peak > 0 else log


def radial_profile(picture: FloatArray, rings: int = 32) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(frequency (rings,), energy share (rings,)) of (H, W, 3): from 0 to 0.5 cycles per pixel; shares sum to 1.

    Frequencies beyond 0.5 (the corners of the spectrum) count with the last ring; no change at all gives zeros.
    """
    values = np.asarray(picture, dtype=np.float64)
    energy = np.square(np.abs(np.fft.fft2(values, axes=(0, 1)))).sum(axis=-1)
    down, across = np.fft.fftfreq(values.shape[0])[:, None], np.fft.fftfreq(values.shape[1])[None, :]
    ring = np.minimum((np.hypot(down, across) * 2 * rings).astype(int), rings - 1)
    counts = np.bincount(ring.ravel(), weights=energy.ravel(), minlength=rings).astype(np.float64)
    return (np.arange(rings) + 0.5) / (2 * rings), counts / (counts.sum() or 1.0)
