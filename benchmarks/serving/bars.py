"""The chart of the servers: requests per second and the p99 for each work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "serving", "svg.fonttype": "none", "font.size": 8})
from matplotlib import pyplot as plt  # noqa: E402  # what it draws with is chosen now
from matplotlib.axes import Axes  # noqa: E402

OURS, OTHERS = "#b5361c", "#9a9a9a"


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw two panels for each work.

    :param rows: as ``run.measure`` returns them.
    """
    works = list(dict.fromkeys(row["work"] for row in rows))
    counts = [sum(row["work"] == work for row in rows) for work in works]
    figure, axes = plt.subplots(
        len(works),
        2,
        figsize=(10, 0.25 * sum(counts) + 0.8 * len(works)),
        height_ratios=counts,
        layout="constrained",
        sharey="row",
        squeeze=False,
    )
    for work, (rates, tails) in zip(works, axes, strict=True):
        found = [row for row in rows if row["work"] == work][::-1]
        draw_panel(rates, found, "rate", f"{work}: requests/s, more is better")
        draw_panel(tails, found, "p99", f"{work}: p99 in ms, less is better")
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
    plt.close(figure)


def draw_panel(axis: Axes, rows: list[dict[str, Any]], column: str, title: str) -> None:
    """Draw a bar for each server."""
    values = [row[column] for row in rows]
    colors = [OURS if row["server"].startswith("flask_typed") else OTHERS for row in rows]
    bars = axis.barh([row["server"] for row in rows], values, color=colors)
    axis.bar_label(bars, fmt="{:,.0f}", padding=3)
    axis.set_xlim(0, max(values) * 1.15)
    axis.set_title(title)
    axis.tick_params(labelbottom=False, bottom=False)
    axis.spines[["top", "right", "bottom"]].set_visible(False)
