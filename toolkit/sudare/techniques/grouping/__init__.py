"""Puts records that are alike into groups of at least k, in plain numpy. No technique of its own lives here.

Records come in an order of their content, not of the file; where two are equally near, the earlier one is taken. So
the file's order cannot matter. Distances and sums are made of operations that round alike everywhere, in one order.
"""

from __future__ import annotations

from sudare.techniques.grouping.mdav import mdav
from sudare.techniques.grouping.optimal import optimal
from sudare.techniques.grouping.representatives import Groups
from sudare.techniques.grouping.scales import standardized

__all__ = ["Groups", "mdav", "optimal", "standardized"]
