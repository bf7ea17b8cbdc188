"""Suppression: which share of the cells is gone."""

from __future__ import annotations

from typing import Final

from sudare.language import Text
from sudare.measures.explained import Explained

EXPLAINED: Final = Explained(
    Text("隠したセルの割合", "share of hidden cells"),
    Text(
        "元の表のセルのうち、隠したか、行ごと除いたものの割合です。元から空のセルは数えません。",
        "The share of the original's cells that were hidden, or went with their row. Cells that were empty before are "
        "not counted.",
    ),
    "sdcMicro (Templ, Kowarik and Meindl 2015)",
    Text(
        "どの加工の後でも使えます。ノイズや粗さは、この数には表れません。",
        "For any output. Noise and coarsening do not show in it.",
    ),
    Text("もともとの空欄は、隠したうちに入りません。", "A cell that was missing before was not hidden."),
)


def suppression_share(hidden: int, cells: int, removed: int = 0) -> float | None:
    """Return (hidden + removed) / (cells + removed): 0 to 1.

    `cells` are those of the output whose original was not missing, `hidden` the ones of them that a step hid, and
    `removed` the cells of the rows that are no longer there. None where there is no cell. Valid for any output; noise
    and coarsening are not seen by it.

    >>> suppression_share(1, 8, removed=2)
    0.3
    """
    whole = cells + removed
    return (hidden + removed) / whole if whole else None
