"""(alpha, k)-anonymity: no sensitive value may be too frequent in a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Real
    from sudare.measures.kernel.values import Values

EXPLAINED: Final = Explained(
    Text("(α, k)-匿名性の α", "alpha of (alpha, k)-anonymity"),
    Text(
        "同じ組合せの人のうち、いちばん多い値を持つ人の割合です。1 に近いほど、組合せからその値を言い当てられます。",
        "The share of people of one combination who have its most frequent sensitive value. The nearer to 1, the "
        "better that value can be guessed from the combination.",
    ),
    "Wong, Li, Fu and Wang 2006",
)


def alpha_of(values: Values) -> Real:
    """Return for each class the share of its most frequent sensitive value; a table keeps alpha by the largest.

    k is that of the class sizes. A missing value counts as a value of its own. Source: Wong, Li, Fu and Wang,
    (alpha, k)-Anonymity, KDD 2006; here for all values of the column.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import classes_of, encode
    >>> from sudare.measures.kernel.values import values_of
    >>> classes = classes_of([encode("sex", pa.array(["f"] * 4))])
    >>> alpha_of(values_of(classes, encode("ill", pa.array(["x", "x", "x", "y"])))).tolist()
    [0.75]
    """
    if not len(values.starts):
        return np.empty(0)
    return np.maximum.reduceat(values.count, values.starts) / values.sizes
