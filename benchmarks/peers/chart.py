"""The chart of the ratios: one panel per work, one bar per contender."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "peers", "svg.fonttype": "none", "font.size": 8})
from matplotlib import pyplot as plt  # noqa: E402  # what it draws with is chosen now

OURS, OTHERS, BASE = "#b5361c", "#9a9a9a", "#404040"
LABEL = {"facecolor": "white", "edgecolor": "none", "pad": 0.3}


def draw(rows: list[dict[str, Any]], works: Mapping[str, str], path: Path) -> None:
    """Draw the ratios to plain Flask.

    :param works: what each work is called.
    """
    names = [row["contender"] for row in rows][::-1]
    colors = [OURS if name.startswith("flask_typed") else OTHERS for name in names]
    figure, axes = plt.subplots(
        4, 2, figsize=(10, 12), sharey=True, layout="constrained", squeeze=True
    )
    for axis in axes.flat[len(works) :]:
        axis.remove()
    for axis, (work, title) in zip(axes.flat, works.items(), strict=False):
        ratios = [row[work] for row in rows][::-1]
        axis.barh(names, ratios, color=colors)
        axis.set_xscale("log")
        axis.axvline(1, color=BASE, linewidth=0.8)
        axis.set_xlim(min(ratios) / 1.5, max(ratios) * 3)
        axis.set_title(title)
        axis.tick_params(which="both", labelbottom=False, bottom=False)
        for index, ratio in enumerate(ratios):
            axis.text(ratio * 1.08, index, f"{ratio:.2f}", va="center", bbox=LABEL)
        axis.spines[["top", "right", "bottom"]].set_visible(False)
    figure.suptitle("CPU time per request; Flask by hand, which checks nothing, is 1")
    figure.savefig(path, metadata={"Date": None}, facecolor="white")
