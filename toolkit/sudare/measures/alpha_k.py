"""(alpha, k)-anonymity: no sensitive value may be too frequent in a class."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, Self

import numpy as np
from pydantic import model_validator

from sudare.language import Text
from sudare.measures.explained import AS_OBSERVED, OF_ITS_OWN, Explained
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.kernel.values import values_of
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.sensitive import SENSITIVE, sensitive_among_columns
from sudare.measures.verdicts import OF_A_CLASS, no_more_than, upper_limit
from sudare.models import Words, field

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
    AS_OBSERVED,
    OF_ITS_OWN,
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


class AlphaK(Measure):
    """A limit for how frequent a sensitive value may be within a class, and for the smallest class.

    alpha is the share of people (of records where the spec names no person) of a class who have its most frequent
    sensitive value; somebody with several values has each. A missing value counts as a value of its own, and so does a
    hidden one, in the classes as among the sensitive values. alpha is told rounded up to two places. An empty table
    keeps every limit. Source: Wong, Li, Fu and Wang, (alpha, k)-Anonymity, KDD 2006; here for all values.

    >>> AlphaK(measure="alpha-k", columns=["age"], sensitive="ill", at_most="0.5", at_least=5).limit().en
    'alpha at most 0.5, k at least 5'
    """

    label = Text("(α, k)-匿名性", "(alpha, k)-anonymity")
    about, source = EXPLAINED.about, EXPLAINED.source

    measure: Literal["alpha-k"] = field(Text("指標", "measure"))
    sensitive: Words = field(SENSITIVE, role="column")
    at_most: Decimal = upper_limit(OF_A_CLASS)
    at_least: int = field(Text("組の下限", "smallest class"), ge=1)

    @model_validator(mode="after")
    def _sensitive_is_apart(self) -> Self:
        if self.sensitive in self.columns:
            raise sensitive_among_columns()
        return self

    def reads(self) -> tuple[str, ...]:
        """The columns of the classes, and the sensitive one."""
        return (*self.columns, self.sensitive)

    def limit(self) -> Text:
        """The greatest share and the smallest class allowed."""
        return Text("α が {a} 以下、k が {k} 以上", "alpha at most {a}, k at least {k}").fill(
            a=self.at_most, k=self.at_least
        )

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the greatest share and the smallest class."""
        names = [*self.columns, self.sensitive]
        found = combinations_of(scope.engine, scope.relation, names, people=False, apart=scope.people)
        keys = [found.column(name) for name in self.columns]
        classes = classes_of(keys, counts=found.records, unit=found.unit)
        if not len(classes):
            return Verdict(ok=True, value=None)
        values = values_of(classes, found.column(self.sensitive), counts=found.records, unit=found.unit)
        alpha = np.maximum.reduceat(values.count, values.starts) / classes.sizes
        k = int(classes.sizes.min())
        verdict = no_more_than(float(alpha.max()), self.at_most, OF_A_CLASS)
        said = Text("α {a}、k {k}", "alpha {a}, k {k}").fill(a=verdict.value, k=k)
        return Verdict(verdict.ok and k >= self.at_least, verdict.value, said)
