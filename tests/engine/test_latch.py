"""Does everybody who waits come through once it is set, and nobody before?"""

from __future__ import annotations

import threading

from tests.patience import PATIENCE_S
from vizcore.engine.handles import Latch


def test_nobody_comes_through_before() -> None:
    latch = Latch()
    assert not latch.is_set()
    assert not latch.wait(0.001)


def test_everybody_comes_through_after() -> None:
    latch = Latch()
    came: list[bool] = []
    waiting = [threading.Thread(target=lambda: came.append(latch.wait(PATIENCE_S))) for _ in range(5)]
    for each in waiting:
        each.start()
    latch.set()
    latch.set()  # changes nothing
    for each in waiting:
        each.join(PATIENCE_S)
    assert came == [True] * 5
    assert latch.is_set()
    assert latch.wait()
