"""Delta-presence: how surely somebody of the population is in the table, or not in it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

from pydantic import model_validator

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.explained import AS_REGISTERED, FITS_MISSING, Explained
from sudare.measures.measure import Scope, Verdict
from sudare.measures.register import RegisterCheck
from sudare.measures.verdicts import OF_A_CLASS, no_less_than, no_more_than
from sudare.models import fault, field

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
    AS_REGISTERED,
    FITS_MISSING,
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


class DeltaPresence(RegisterCheck):
    """Limits for the chance that a person of a register is in the table: for the greatest, the least, or both.

    A missing cell fits a missing one only, and a hidden cell fits none of the register. A combination of the table
    that the register lacks stops the run (`not-in-register`): the table is no part of it as they are written. The
    value is the greatest chance, rounded up to two places, or where only `at_least` is given the least, rounded down.
    The table is counted in people where the spec names a person. An empty table keeps every limit.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["delta-presence"] = field(Text("指標", "measure"))
    at_most: Decimal | None = field(
        Text("上限", "at most"),
        Text("表に載っている確率の最大。0 から 1 まで。", "For the greatest chance of being in it, from 0 to 1."),
        default=None,
        ge=0,
        le=1,
        decimal_places=2,
    )
    at_least: Decimal | None = field(
        Text("下限", "at least"),
        Text("表に載っている確率の最小。0 から 1 まで。", "For the least chance of being in it, from 0 to 1."),
        default=None,
        ge=0,
        le=1,
        decimal_places=2,
    )

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise fault(
                "missing-key",
                Text("at_most か at_least を書いてください。", "it needs `at_most` or `at_least`."),
            )
        return self

    def limit(self) -> Text:
        """The range allowed."""
        most = Text("{n} 以下", "at most {n}").fill(n=self.at_most)
        least = Text("{n} 以上", "at least {n}").fill(n=self.at_least)
        given = ((self.at_least, least), (self.at_most, most))
        first, *others = (text for limit, text in given if limit is not None)
        return Text("、".join(t.ja for t in (first, *others)), ", ".join(t.en for t in (first, *others)))

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the greatest and the least chance."""
        beside = self.beside(scope)
        if not beside.table.any():
            return Verdict(ok=True, value=None)
        if bool((beside.table[beside.population == 0] > 0).any()):
            raise Refused(_not_in_register(scope.where))
        found = delta_presence(beside)
        most = no_more_than(found and found.most, self.at_most if self.at_most is not None else _NO_LIMIT, OF_A_CLASS)
        least = no_less_than(found and found.least, self.at_least or Decimal(0), OF_A_CLASS)
        said = Text("最小 {least}、最大 {most}", "from {least} to {most}").fill(least=least.value, most=most.value)
        return Verdict(most.ok and least.ok, least.value if self.at_most is None else most.value, said)


_NO_LIMIT: Final = Decimal("Infinity")


def _not_in_register(where: str) -> Problem:
    what = Text("表の組合せの中に、名簿にないものがあります。", "a combination of the table is not in the register.")
    now = Text(
        "名簿は母集団全体を、出力と同じ書き方（同じ区分）で書いたものにしてください。",
        "The register must hold the whole population, written like the output, with the same groups.",
    )
    return Problem("not-in-register", where, what, now)
