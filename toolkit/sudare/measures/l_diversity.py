"""l-diversity: how many different answers stay possible for somebody whose combination is known."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import model_validator
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT
from sudare.language import NOTHING, Text
from sudare.measures.explained import AS_OBSERVED, HIDDEN_IS_A_VALUE, Explained
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.models import Words, fault, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.engines.relation import Field, Relation

EXPLAINED: Final = Explained(
    Text("ℓ-多様性", "l-diversity"),
    Text(
        "同じ組合せの人の中に、知られたくない項目の値が何通りあるか。1 なら、組合せが分かるだけでその値も分かります。",
        "How many values of a sensitive column occur among people of the same combination. At 1, whoever knows the "
        "combination knows the value.",
    ),
    "Machanavajjhala et al. 2007",
    AS_OBSERVED,
    HIDDEN_IS_A_VALUE,
)
_DIGITS = 12  # significant digits of an entropy that are looked at: sums in another order differ only behind them
_SHOWN = Decimal("0.01")  # a finer value could tell the counts of one small class
_LIMITS = {
    "distinct": Text("「{name}」の値が {l} 種類以上", "at least {l} values of '{name}'"),
    "entropy": Text("「{name}」のエントロピーで ℓ が {l} 以上", "entropy l of '{name}' at least {l}"),
    "recursive": Text(
        "「{name}」の再帰的 (c, ℓ) で c = {c}、ℓ が {l} 以上", "recursive (c, l) of '{name}', c = {c}, l at least {l}"
    ),
}


class LDiversity(Measure):
    """The diversity of a sensitive column in the least diverse equivalence class over the columns.

    With n_1 >= n_2 >= ... >= n_m the numbers of records with each of a class's m sensitive values, n their sum and
    p_i = n_i / n, a class has

    - distinct l-diversity where m >= l;
    - entropy l-diversity where -sum(p_i ln p_i) >= ln l (natural logarithms; the base changes nothing);
    - recursive (c, l)-diversity where n_1 < c (n_l + ... + n_m), and always for l = 1; otherwise never where m < l.

    The value is the largest l that every class has: a number of values, exp of the smallest entropy, or for recursive
    a whole number. An entropy is compared on 12 significant digits and told
    rounded down to two places, so that it does not tell the counts of a class. An empty table has no class, a value
    of None, and keeps every limit.

    A missing sensitive value counts as a value of its own, and so does a hidden one, like the values that make the
    classes: whoever reads the table sees that the cell is empty, or hidden. Where the spec names a person, n_i counts
    people: one with several records of the same value in a class counts once, one with different values once with
    each, so that n counts pairs of person and value. The paper has one record per person; this is its definition on
    the table of the different pairs. Rows whose person is missing count as one person together.

    Source: Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam, l-Diversity: Privacy Beyond k-Anonymity, ACM TKDD
    1(1), 2007, section 4.

    >>> LDiversity.model_validate({"measure": "l-diversity", "columns": ["age"], "sensitive": "x", "at_least": "3"}).kind
    'distinct'
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["l-diversity"] = field(Text("指標", "measure"))
    sensitive: Words = field(Text("知られたくない項目", "sensitive column"), role="column")
    kind: Literal["distinct", "entropy", "recursive"] = field(
        Text("種類", "kind"),
        Text(
            "distinct は値の種類の数、entropy は偏りも見ます。recursive は最も多い値が多すぎないかを c で見ます。",
            "distinct counts values; entropy looks at how evenly they occur; recursive, with c, at the most frequent.",
        ),
        default="distinct",
    )
    at_least: Decimal = field(
        Text("下限", "at least"),
        Text("entropy だけは小数も書けます。", "entropy also takes decimals."),
        ge=1,
        decimal_places=2,
    )
    c: Decimal | None = field(
        Text("c", "c"),
        Text("recursive だけに書きます。小さいほど厳しい。", "For recursive only; the smaller, the stricter."),
        default=None,
        gt=0,
        le=1_000_000,
        decimal_places=3,
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "recursive") != (self.c is not None):
            raise fault(
                "missing-key",
                Text("c は recursive に必要で、ほかでは使いません。", "`c` goes with `recursive`, and only there."),
            )
        if self.kind != "entropy" and self.at_least != self.at_least.to_integral_value():
            raise fault("bad-value", Text("at_least は整数にしてください。", "`at_least` must be a whole number."))
        if self.sensitive in self.columns:
            raise fault(
                "sensitive-among-columns",
                Text("sensitive の列は columns に入れません。", "the sensitive column must not be among `columns`."),
                Text("入れると、どの組でも値は一つになります。", "Each class would hold a single value of it."),
            )
        return self

    def reads(self) -> tuple[str, ...]:
        """The columns of the classes, and the sensitive one."""
        return (*self.columns, self.sensitive)

    def limit(self) -> Text:
        """The least diversity allowed."""
        return _LIMITS[self.kind].fill(
            name=self.sensitive, l=self.at_least, c=self.c if self.c is not None else NOTHING
        )

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the least diverse class."""
        counts = _Counts.of(scope.relation, self.columns, self.sensitive, people=scope.people)
        if self.c is not None:
            least, column = counts.depths(self.c), "l"
        else:
            least, column = counts.diversities(), "entropy" if self.kind == "entropy" else "values"
        smallest = exp.select(exp.alias_(exp.Min(this=sql.column(column)), "l")).from_(least.subquery("d"))
        [row] = scope.engine.ask(smallest)
        if row["l"] is None:
            return Verdict(ok=True, value=None)
        if self.kind != "entropy":
            return Verdict(int(row["l"]) >= self.at_least, int(row["l"]))
        diversity = Decimal(f"{math.exp(row['l']):.{_DIGITS}g}")
        return Verdict(diversity >= self.at_least, float(diversity.quantize(_SHOWN, ROUND_DOWN)))


class _Counts:
    """How often each sensitive value occurs in each class, as a query with the columns of the class and `n`."""

    def __init__(self, query: exp.Select, keys: Sequence[str]) -> None:
        self._query = query
        self._keys = keys

    @classmethod
    def of(cls, relation: Relation, columns: Sequence[str], sensitive: str, *, people: bool) -> Self:
        keys = [part for name in columns for part in _parts(relation.field(name))]
        values = _parts(relation.field(sensitive))
        named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
        counted = sql.distinct_count(sql.column(UNIT)) if people else sql.row_count()
        query = relation.select(*named, exp.alias_(counted, "n", quoted=True)).group_by(*keys, *values)
        return cls(query, [f"key{n}" for n in range(len(keys))])

    def diversities(self) -> exp.Select:
        """Return `size`, `values` (how many) and `entropy` (natural) of every class."""
        n = sql.column("n")
        number = sql.cast(n.copy(), "decimal")
        size = sql.cast(sql.total(n.copy()), "decimal")
        weighted = sql.total(sql.times(number, sql.natural_log(number.copy())))
        entropy = sql.minus(sql.natural_log(size), sql.ratio(weighted, size.copy()))
        named = {"size": sql.total(n), "values": sql.row_count(), "entropy": entropy}
        return self._per_class(*(exp.alias_(value, name, quoted=True) for name, value in named.items()))

    def depths(self, c: Decimal) -> exp.Select:
        """Return for every class `l`, the largest for which it is recursively (c, l)-diverse; 1 at least."""
        above, below = c.as_integer_ratio()  # whole numbers, so that the comparison is exact
        n, place, groups = sql.column("n"), sql.column("place"), self._groups()
        placed = exp.select(
            *groups, n, exp.alias_(sql.place_in(groups, n.copy(), largest_first=True), "place", quoted=True)
        )
        rest = sql.total_from(n.copy(), groups, place)
        most = sql.largest_over(n.copy(), groups)
        tails = exp.select(
            *groups, place.copy(), exp.alias_(rest, "rest", quoted=True), exp.alias_(most, "most", quoted=True)
        )
        tails = tails.from_(placed.from_(self._query.subquery("v")).subquery("p"))
        holds = sql.less_than(
            sql.times(sql.column("most"), sql.count(below)), sql.times(sql.column("rest"), sql.count(above))
        )
        depth = sql.furthest(sql.first_true([(holds, place.copy())], sql.count(1)), largest=True)
        return exp.select(exp.alias_(depth, "l", quoted=True)).from_(tails.subquery("w")).group_by(*self._groups())

    def _per_class(self, *values: sql.Term) -> exp.Select:
        return exp.select(*values).from_(self._query.subquery("v")).group_by(*self._groups())

    def _groups(self) -> list[sql.Term]:
        return [sql.column(key) for key in self._keys]


def class_diversities(relation: Relation, columns: Sequence[str], sensitive: str, *, people: bool) -> exp.Select:
    """Return the query that gives `size`, `values` and `entropy` (natural) of every equivalence class."""
    return _Counts.of(relation, columns, sensitive, people=people).diversities()


def _parts(field: Field) -> list[sql.Term]:
    return [field.value, field.hidden] if field.masked else [field.value]
