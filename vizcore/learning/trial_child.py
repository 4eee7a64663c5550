"""Runs an ONNX file in a process of its own first: whatever it does to the runtime, the server lives on.

    python trial_child.py SIDE < FILE

Ends with 0 where two pictures went through, and where an exception stopped them: the server asks again and tells why.
Nothing of the project is imported here.
"""

from __future__ import annotations

import contextlib
import sys

import numpy as np


def main() -> int:
    side, data = int(sys.argv[1]), sys.stdin.buffer.read()
    with contextlib.suppress(Exception):  # a border: the runtime's exceptions have no common parent but this
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        shape = (1, 3, side, side)
        noise = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
        for pixels in (np.zeros(shape, np.float32), noise):
            session.run(None, {session.get_inputs()[0].name: pixels})
    return 0


if __name__ == "__main__":
    sys.exit(main())
