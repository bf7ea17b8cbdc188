"""Charts of the desk, all drawn from bins: none knows a record, or a count of a few."""

from __future__ import annotations

from sudare.widgets.charts_bars import bars, before_after, histogram
from sudare.widgets.charts_cross import grid_map, heat_map
from sudare.widgets.charts_risk import class_sizes, pareto
from sudare.widgets.charts_spread import box, cumulative

__all__ = ["bars", "before_after", "box", "class_sizes", "cumulative", "grid_map", "heat_map", "histogram", "pareto"]
