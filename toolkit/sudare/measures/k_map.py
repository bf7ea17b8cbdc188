"""k-map: how many of the population a record could be, where a register of the population is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.language import Text
from sudare.measures.explained import Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.beside import Beside

EXPLAINED: Final = Explained(
    Text("k-マップ", "k-map"),
    Text(
        "母集団の名簿の中に、表のどの組合せの人も k 人以上いるか。その人が表にいるかどうか知らない人に対する守りです。",
        "How many people of the population share the rarest combination of the table. It guards against somebody who "
        "does not know whether the person is in the table.",
    ),
    "Sweeney 2001",
)


def k_map(beside: Beside) -> int | None:
    """Return the fewest people of the population that a record of the table could be; None for an empty table.

    At 0 the table has a combination that the register lacks: the two do not belong together, or one was changed.
    Missing cells equal missing ones only. Valid where the register is of the whole population and written like the
    table. Source: Sweeney, Computational Disclosure Control, 2001.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel.beside import count_beside, encode_both
    >>> k_map(count_beside([encode_both("sex", pa.array(["f", "m"]), pa.array(["m", "m", "f", "f", "f"]))], 2))
    2
    """
    found = beside.population[beside.table > 0]
    return int(found.min()) if len(found) else None
