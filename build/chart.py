"""Draws what ``iso bench --json`` measured: each contender's distribution, on a logarithmic scale.

usage: python3 build/chart.py RESULT.json... CHART.svg    (needs matplotlib)
"""

from __future__ import annotations

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "iso"  # the same drawing for the same figures
matplotlib.rcParams["svg.fonttype"] = "none"

from matplotlib import pyplot as plt  # noqa: E402

OURS, OTHERS = "#2a6fb0", "#9a9a9a"


def main(sources: list[str], target: str) -> None:
    rows: list[tuple[str, bool, list[float]]] = []
    for source in sources:
        with open(source, encoding="utf-8") as file:
            result = json.load(file)
        for samples in result["samples"].values():
            rows.append((samples["title"], samples["ours"], samples["millis"]))
    rows.reverse()  # the first one on top
    figure, axes = plt.subplots(figsize=(9, 0.5 * len(rows) + 1))
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
    axes.set_xlabel("milliseconds; box: quartiles, line: median, whiskers: 5 and 95 percent")
    axes.grid(axis="x", which="both", alpha=0.3)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1:-1], sys.argv[-1])
