"""How many different people share a bar, a cell or a grid square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from sudare.measures.kernel import Column


def sharers(place: npt.NDArray[np.integer[Any]], unit: Column, size: int) -> npt.NDArray[np.int64]:
    """Count the different people of the lines at each of so many places; a line that is nobody's counts for nobody.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import encode
    >>> sharers(np.array([0, 0, 0, 1]), encode("who", pa.array(["a", "a", "b", None])), 2).tolist()
    [2, 0]
    """
    known = unit.codes != unit.missing if unit.missing is not None else slice(None)
    pairs = np.unique(place[known].astype(np.int64) * unit.levels + unit.codes[known])
    return np.bincount(pairs // unit.levels, minlength=size).astype(np.int64)
