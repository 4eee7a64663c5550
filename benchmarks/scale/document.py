"""Which parts of docs/scale.md are figures? They are written from measured.json, and nobody writes them by hand.

`python -m benchmarks.scale.document` puts them in place again; `benchmarks.scale.measure` does so at its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.scale.__main__ import AUDIENCES, MEASURED, mixture, need
from benchmarks.scale.queueing import Service

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"
BEGIN, END = "<!-- {}: written by benchmarks.scale.document -->", "<!-- end of {} -->"
Measured = Mapping[str, Any]


def judged(value: float, goal: float, text: str, *, at_least: bool = False) -> str:
    """The text; where the goal is missed it says so."""
    return text if (value >= goal if at_least else value <= goal) else f"**{text}: missed**"


def measured_rows(found: Measured) -> Iterator[tuple[str, str, str]]:
    """(what, goal, figure)."""
    compare, batching = found["compare"], found["batching"]
    answers, jobs = compare["n"]
    added = compare["classify_added_p50_ms"]
    yield (
        f"added to a classification by the way to a replica and back, p50, by turns with local (n = {answers})",
        "≤ 20 ms",
        judged(added, 20, f"{added:.1f} ms"),
    )
    share = compare["job_overhead"]
    pairs = [there / here - 1 for here, there in compare.get("job_pairs_ms", ())]
    spread = f", pairs from {min(pairs) * 100:.0f} to {max(pairs) * 100:.0f} %" if pairs else ""
    seconds = compare["job_local_p50_ms"] / 1e3
    yield (
        f"added to a job of {seconds:.2f} s on 64 new pictures, 26 MB (median of {jobs} pairs)",
        "≤ 8 %",
        judged(share, 0.08, f"{share * 100:.1f} %{spread}"),
    )
    yield from _memory_rows(found)
    for clients, gain in gains(found).items():
        yield (
            f"two replicas against one, answers a second, {clients} clients",
            "≥ 1.4",
            judged(gain, 1.4, f"{gain:.2f}", at_least=True),
        )
    least = min(batching["shared_calls_gain"], batching["one_request_gain"])
    both = f"{batching['shared_calls_gain']:.2f} (calls shared by waiting visitors), {batching['one_request_gain']:.2f}"
    yield (
        f"images per CPU second, 64 embeddings, {batching['batch']} in one call against one by one "
        f"({batching['rounds']} rounds)",
        "≥ 1.3",
        judged(least, 1.3, f"{both} (one request for all)", at_least=True),
    )


def _memory_rows(found: Measured) -> Iterator[tuple[str, str, str]]:
    alone, each = found["memory 1"], found["memory 2"]
    most = max(*alone["replicas_mb"], *each["replicas_mb"]) / 1e3
    two = " and ".join(f"{size / 1e3:.2f}" for size in each["replicas_mb"])
    yield (
        "memory of a replica (unshared), alone; each of two",
        "≤ 0.6 GB",
        judged(most, 0.6, f"{alone['replicas_mb'][0] / 1e3:.2f}; {two} GB"),
    )
    beside = each["beside_replicas_mb"] / 1e3
    yield "memory beside the replicas (Ray and Serve)", "≤ 0.65 GB", judged(beside, 0.65, f"{beside:.2f} GB")


def gains(found: Measured) -> dict[int, float]:
    """clients -> answers a second of two replicas over those of one."""
    one, two = ({each.get("clients"): each for each in found[f"ray {number}"]} for number in (1, 2))
    return {n: two[n]["throughput_per_s"] / one[n]["throughput_per_s"] for n in (4, 8)}


def measured_block(found: Measured) -> str:
    rows = "\n".join(f"| {what} | {goal} | {figure} |" for what, goal, figure in measured_rows(found))
    return f"| | goal | measured |\n|---|---|---|\n{rows}"


def projection_block(found: Measured) -> str:
    service = Service.of(mixture(found))
    said = f"A request keeps a replica for {service.mean_s * 1e3:.0f} ms on average, with C² = {service.variation:.0f}."
    head = (
        "| audience | requests a second in the busiest hour | replicas (cores) | memory | bandwidth | a month | p95 |"
    )
    lines = [said, "", head, "|---|---|---|---|---|---|---|"]
    for each in AUDIENCES:
        wanted = need(each, found)
        lines.append(
            f"| {each.name} | {each.peak_per_s:.0f}: {each.why} | {wanted.replicas} | {wanted.memory_gb:.0f} GB | "
            f"{wanted.megabit_per_s:.0f} Mbit/s | {wanted.euro_a_month:,.0f} euro | {wanted.simulated_p95_s:.1f} s |"
        )
    return "\n".join(lines)


BLOCKS = {"measured": measured_block, "projection": projection_block}


def written(page: str, found: Measured) -> str:
    """The page with every block in place; ValueError where a block's two marks are not there."""
    for name, block in BLOCKS.items():
        head, begin, rest = page.partition(BEGIN.format(name))
        _old, end, tail = rest.partition(END.format(name))
        if not begin or not end:
            raise ValueError(f"expected both marks of {name} in the page")
        page = f"{head}{begin}\n{block(found)}\n{end}{tail}"
    return page


def main() -> None:
    found = json.loads(MEASURED.read_text(encoding="utf-8"))
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
