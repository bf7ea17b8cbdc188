"""k-map: how many of the population a record could be, where a register of the population is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from sudare.language import Text
from sudare.measures.explained import AS_REGISTERED, FITS_MISSING, Explained
from sudare.measures.measure import Scope, Verdict
from sudare.measures.register import RegisterCheck
from sudare.models import field

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
    AS_REGISTERED,
    FITS_MISSING,
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


class KMap(RegisterCheck):
    """A limit for the fewest people of a register that a record of the table could be.

    A missing cell fits a missing one only, and a hidden cell fits none of the register: a combination that the
    register lacks has the value 0, and no limit holds. An empty table keeps every limit.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["k-map"] = field(Text("指標", "measure"))
    at_least: int = field(Text("下限", "at least"), ge=1)

    def limit(self) -> Text:
        """The fewest people allowed."""
        return Text("{k} 以上", "at least {k}").fill(k=self.at_least)

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the fewest people of the register."""
        k = k_map(self.beside(scope))
        return Verdict(k is None or k >= self.at_least, k)
