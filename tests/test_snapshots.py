"""Does a snapshot refuse what cannot be shown, and keep its picture from changing?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.snapshots import Snapshot


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"step": 4, "total": 3}, "step in 0..3"),
        ({"step": -1, "total": 3}, "step in 0..3"),
        ({"values": {"loss": float("nan")}}, "finite"),
        ({"preview": np.zeros((2, 2), np.uint8)}, "preview"),
        ({"preview": np.zeros((2, 2, 3))}, "preview"),
    ],
    ids=str,
)
def test_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Snapshot(**{"step": 1, "total": 3, **wrong})  # type: ignore[arg-type]


def test_a_preview_stays_as_it_was() -> None:
    drawn_on = np.zeros((2, 2, 3), np.uint8)
    snapshot = Snapshot(1, 1, preview=drawn_on)
    drawn_on += 255
    assert snapshot.preview is not None
    assert snapshot.preview.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        snapshot.preview[0, 0] = 1
