"""Is torch's number of threads the old one afterwards, whatever happened?"""

from __future__ import annotations

import contextlib

import torch

from vizcore.runtimes.threads import one_thread


def test_the_number_comes_back() -> None:
    before = torch.get_num_threads()
    with contextlib.suppress(ZeroDivisionError), one_thread():
        assert torch.get_num_threads() == 1
        _ = 1 / 0
    assert torch.get_num_threads() == before
