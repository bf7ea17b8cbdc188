"""Delta-presence: how surely somebody of the population is in the table, or not in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.language import Text
from sudare.measures.explained import Explained

if TYPE_CHECKING:
    from sudare.measures.kernel.beside import Beside

EXPLAINED: Final = Explained(
    Text("δ-存在性", "delta-presence"),
    Text(
        "名簿のある人が表に載っている確率の幅です。1 なら載っていると分かり、表が病院の患者なら、患者だと分かります。",
        "The chances that a person of a register is in the table. At 1 they are known to be in it; if it is a table "
        "of patients, they are known to be a patient.",
    ),
    "Nergiz, Atzori and Clifton 2007",
)


class Presence(NamedTuple):
    """The least and the greatest share of a combination's people that are in the table."""

    least: float
    most: float


def delta_presence(beside: Beside) -> Presence | None:
    """Return the range of table / population over the combinations of the population; None without a population.

    Missing cells equal missing ones only. Valid where the table is a part of the register and written like it; a
    share above 1 says that it is not. Source: Nergiz, Atzori and Clifton, Hiding the presence of individuals from
    shared databases, SIGMOD 2007.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel.beside import count_beside, encode_both
    >>> delta_presence(count_beside([encode_both("sex", pa.array(["f"]), pa.array(["f", "f", "m"]))], 1))
    Presence(least=0.0, most=0.5)
    """
    known = beside.population > 0
    if not known.any():
        return None
    shares = beside.table[known] / beside.population[known]
    return Presence(float(shares.min()), float(shares.max()))
