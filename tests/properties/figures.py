"""What the properties were tried on, for the summary of a run."""

from __future__ import annotations

from collections import Counter

#: How many types were drawn, how many values were tried, and how many of them were accepted.
FIGURES: Counter[str] = Counter()
