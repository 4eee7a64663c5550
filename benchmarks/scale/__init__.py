"""How many replicas do how many people need? Queueing formulas, a simulation that checks them, and what was measured.

`python -m benchmarks.scale` prints the projection of docs/scale.md; `python -m benchmarks.scale.measure` measures the
small cases again, on this machine.
"""
