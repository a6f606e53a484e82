"""Draws what ``iso bench --json`` measured: each contender's distribution, on a logarithmic scale, and below a panel for
each thing that grows.

usage: python3 build/chart.py RESULT.json... CHART.svg    (needs matplotlib)
"""

from __future__ import annotations

import json
import math
import sys
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "iso"  # the same drawing for the same figures
matplotlib.rcParams["svg.fonttype"] = "none"

from matplotlib import pyplot as plt  # noqa: E402

OURS, OTHERS = "#2a6fb0", "#9a9a9a"


GROWTH = {
    "files": "inputs of 1 KiB",
    "mebibytes": "MiB of one input",
    "tools": "tools",
}


def main(sources: list[str], target: str) -> None:
    results = []
    for source in sources:
        with open(source, encoding="utf-8") as file:
            results.append(json.load(file))
    rows = [
        (samples["title"], samples["ours"], samples["millis"])
        for result in results
        for samples in result["samples"].values()
    ]
    growths = [key for key in GROWTH if any(of(result, key) for result in results)]
    heights = [0.5 * len(rows) + 1] + ([3] if growths else [])
    figure = plt.figure(figsize=(9, sum(heights)), layout="constrained")
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)
    distributions(parts[0, 0].subplots(), rows)
    if growths:
        panels = parts[1, 0].subplots(1, len(growths), squeeze=False)[0]
        for axes, key in zip(panels, growths):
            growth(axes, GROWTH[key], [of(result, key) for result in results])
        panels[0].set_ylabel("milliseconds: median, 5 to 95 percent")
        if len(results) > 1:
            panels[0].legend([first_title(result) for result in results], fontsize="x-small")
    figure.savefig(target, metadata={"Date": None})


def first_title(result: Any) -> str:
    """Of the sandboxes whose executions the growth is of."""
    return str(next(iter(result["samples"].values()))["title"])


def of(result: Any, key: str) -> list[Any]:
    """The sizes of what grows; results of other kinds of sandboxes may have none."""
    sizes: list[Any] = result.get("growth", {}).get(key, [])
    return sizes


def distributions(axes: Any, rows: list[tuple[str, bool, list[float]]]) -> None:
    rows = rows[::-1]  # the first one on top
    boxes = axes.boxplot(
        [millis for *_, millis in rows],
        vert=False,
        whis=(5, 95),
        showfliers=False,
        patch_artist=True,
        widths=0.6,
        medianprops={"color": "black"},
    )
    for box, (_, ours, _) in zip(boxes["boxes"], rows):
        box.set_facecolor(OURS if ours else OTHERS)
    axes.set_yticks(range(1, len(rows) + 1), [title for title, *_ in rows])
    axes.set_xscale("log")
    axes.set_xlabel(
        "milliseconds; box: quartiles, line: median, whiskers: 5 and 95 percent", loc="right"
    )
    axes.grid(axis="x", which="both", alpha=0.3)


def growth(axes: Any, title: str, results: list[list[Any]]) -> None:
    """One line for each result, in the order in which they were given."""
    axes.set_xscale("log")
    axes.minorticks_off()
    for sizes, style in zip(results, ("-o", "--s", ":^")):
        if sizes:
            medians = [size["medianMillis"] for size in sizes]
            below = [median - low(size["millis"]) for median, size in zip(medians, sizes)]
            above = [size["p95Millis"] - median for median, size in zip(medians, sizes)]
            places = [size["size"] for size in sizes]
            axes.errorbar(places, medians, yerr=(below, above), fmt=style, color=OURS, capsize=3)
            axes.set_xticks(places, [f"{place:,}" for place in places])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(title)
    axes.grid(alpha=0.3)


def low(millis: list[float]) -> float:
    """The smallest one that five percent do not exceed, by nearest rank as in the report."""
    return sorted(millis)[max(0, math.ceil(0.05 * len(millis)) - 1)]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1:-1], sys.argv[-1])
