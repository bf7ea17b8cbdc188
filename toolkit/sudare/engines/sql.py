"""The only place that may emit an operation on which engines disagree.

DuckDB and Spark differ in how they read a bare decimal literal, round a number, divide by zero, write a number as
text, order missing values and join texts with one missing (probed; see ARCHITECTURE.md). A technique therefore
builds its expressions from these helpers. Every value from a spec becomes a quoted literal node, never text.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from sudare.tables.schema import Type

    Term: TypeAlias = exp.Expr  # sqlglot's root class; `Expression` was its name before release 30

SQL_TYPES: dict[Type, str] = {
    "text": "TEXT",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
Scalar = str | bool | int | Decimal | date | datetime


def column(name: str, table: str | None = None) -> exp.Column:
    """Name a column of the relation at hand by its internal name."""
    return exp.column(name, table=table, quoted=True)


def cast(value: Term, kind: Type) -> exp.Cast:
    """Convert between types that all engines convert alike. Never a decimal to an integer: see `whole`."""
    return exp.cast(value, SQL_TYPES[kind])


def literal(value: Scalar, kind: Type) -> Term:
    """Write one value of a spec as a typed literal. A number is never written bare.

    >>> literal(Decimal("0.1"), "decimal").sql("duckdb")
    "CAST('0.1' AS DOUBLE)"
    """
    if kind == "text":
        return exp.Literal.string(str(value))
    if kind == "boolean":
        return exp.true() if value is True or str(value).lower() == "true" else exp.false()
    if kind == "datetime" and isinstance(value, datetime):
        return cast(exp.Literal.string(value.isoformat(sep=" ")), kind)
    if kind == "integer":
        return cast(exp.Literal.string(str(int(Decimal(str(value))))), kind)
    return cast(exp.Literal.string(str(value)), kind)


def count(number: int) -> Term:
    """Write a whole number that is not data, such as a limit."""
    return exp.Literal.number(number)


def missing(kind: Type) -> Term:
    """Return the missing value of a type."""
    return cast(exp.null(), kind)


def all_of(conditions: Iterable[Term]) -> Term:
    """Join conditions with AND; none is true."""
    return exp.and_(*given) if (given := list(conditions)) else exp.true()


def any_of(conditions: Iterable[Term]) -> Term:
    """Join conditions with OR; none is false."""
    return exp.paren(exp.or_(*given)) if (given := list(conditions)) else exp.false()


def not_(condition: Term) -> Term:
    """Negate a condition."""
    return exp.not_(exp.paren(condition))


def certain(condition: Term) -> Term:
    """Make a condition false where a missing value left it unknown."""
    return exp.Coalesce(this=exp.paren(condition), expressions=[exp.false()])


def same(left: Term, right: Term) -> Term:
    """Compare so that two missing values are equal and the answer is never unknown."""
    return exp.NullSafeEQ(this=left, expression=right)


def one_of(value: Term, values: Iterable[Term]) -> Term:
    """True where the value is one of some; false where it is missing."""
    return certain(exp.In(this=value, expressions=list(values)))


def is_missing(value: Term) -> Term:
    """True where the value is missing."""
    return exp.paren(exp.Is(this=value, expression=exp.null()))


def is_there(value: Term) -> Term:
    """True where the value is not missing."""
    return exp.not_(is_missing(value))


def at_least(value: Term, limit: Term) -> Term:
    """True where value >= limit; unknown where missing."""
    return exp.GTE(this=value, expression=limit)


def less_than(value: Term, limit: Term) -> Term:
    """True where value < limit; unknown where missing."""
    return exp.LT(this=value, expression=limit)


def at_most(value: Term, limit: Term) -> Term:
    """True where value <= limit; unknown where missing."""
    return exp.LTE(this=value, expression=limit)


def first_true(cases: Sequence[tuple[Term, Term]], otherwise: Term) -> Term:
    """Return the value of the first condition that holds (an unknown condition does not hold)."""
    case = exp.Case()
    for condition, value in cases:
        case = case.when(condition, value)
    return case.else_(otherwise) if cases else otherwise


PLAIN_FROM, PLAIN_BELOW = Decimal("0.001"), Decimal(10**15)  # sizes that all engines are made to write alike
PLAIN_BY_ITSELF = Decimal(10**7)  # below it all engines write alike what is no whole number


def first_there(value: Term, otherwise: Term) -> Term:
    """Return the value, or the other one where it is missing."""
    return exp.Coalesce(this=value, expressions=[otherwise])


def number_text(value: Term, kind: Type) -> Term:
    """Write a value as text the same way in every engine: no `.0` behind a whole number, ISO dates.

    Engines disagree on `34.0`, on `1.0E7` and on `true`. Whole numbers below 10^15 pass through an integer, other
    numbers from 10^7 up through an exact decimal of 20 places, which holds all 17 digits of a double. Only from 0.001
    to 10^7, where engines agree, nearer to zero, and from 10^15 up, is the engine's own writing left (`1e-05`).
    """
    if kind == "text":
        return value
    if kind == "boolean":
        return exp.Case().when(value, exp.Literal.string("true")).when(not_(value), exp.Literal.string("false"))
    if kind == "decimal":
        size = exp.Abs(this=value)
        small = less_than(size, literal(PLAIN_BELOW, kind))
        whole = all_of([small, exp.EQ(this=exp.Floor(this=value), expression=value)])
        by_itself = less_than(size, literal(PLAIN_BY_ITSELF, kind))
        agreed = all_of([by_itself, at_least(size, literal(PLAIN_FROM, kind))])
        digits = cast(exp.cast(cast(value, "text"), "DECIMAL(38, 20)"), "text")
        return first_true(
            [
                (whole, cast(cast(exp.Floor(this=value), "integer"), "text")),
                (agreed, cast(value, "text")),
                (all_of([small, not_(by_itself)]), _without_zeros(digits)),
            ],
            cast(value, "text"),
        )
    return cast(value, "text")


def _without_zeros(text: Term) -> Term:
    return exp.Trim(this=text, expression=exp.Literal.string("0"), position="TRAILING")


# Two of these add up without losing a place, in Spark too: its sums take at most 38 digits.
_EXACT = "DECIMAL(36, 12)"
PLACES = 12  # decimal places in which numbers are rounded
ROUNDABLE = 10**18  # numbers from here on, positive or negative, are not rounded


def exact(value: Term, kind: Type) -> Term:
    """Turn a number into the decimal number a person reads, so that 2.675 lies exactly on the tie.

    A decimal goes through its text: the shortest that gives the number back. Cast directly, 12345678.675 would
    become 12345678.675000000747, by another rule in each engine.
    """
    return exp.cast(cast(value, "text") if kind == "decimal" else value, _EXACT)


def rounded(value: Term, kind: Type, base: Decimal, ties: str) -> Term:
    """Round to a multiple of `base`. `ties`: half-up (away from zero), half-even, down, up (towards +infinity).

    Worked in exact decimals: the number is taken apart into the multiple below it and what is left over it.
    `base` has at most 12 decimal places; values are smaller than `ROUNDABLE`.
    """
    number, step, nothing = exact(value, kind), _written(base), _written(Decimal(0))
    # The remainder decides, not a quotient: a division would leave exact arithmetic.
    remainder = exp.Mod(this=number, expression=step)
    over = first_true([(less_than(remainder, nothing), _exact_sum(remainder, step))], remainder)
    below = exp.cast(exp.Sub(this=number, expression=exp.paren(over)), _EXACT)
    above = _exact_sum(below, step)
    if ties == "down":
        result: Term = below
    elif ties == "up":
        result = first_true([(exp.EQ(this=over, expression=nothing), below)], above)
    else:
        twice = _exact_sum(over, over)
        if ties == "half-up":
            upward: Term = less_than(nothing, number)
        else:
            upward = exp.NEQ(this=exp.Mod(this=below, expression=_written(base * 2)), expression=nothing)
        tie = exp.EQ(this=twice, expression=step)
        result = first_true([(all_of([tie, upward]), above), (tie, below), (less_than(step, twice), above)], below)
    return cast(cast(result, "text") if kind == "decimal" else result, kind)


def _written(number: Decimal) -> Term:
    return exp.cast(exp.Literal.string(f"{number:f}"), _EXACT)


def _exact_sum(left: Term, right: Term) -> Term:
    return exp.cast(exp.Add(this=left, expression=right), _EXACT)


def matches(value: Term, pattern: str) -> Term:
    """True where a text matches a pattern (RE2) from its start to its end."""
    # Not ^ and $: in Java's patterns, hence in Spark, $ also stands before a last line break.
    return exp.RegexpLike(this=value, expression=exp.Literal.string(rf"\A(?:{pattern})\z"))


def joined(*texts: Term) -> Term:
    """Put texts after one another; missing if any is missing (engines differ on `concat`)."""
    whole = texts[0]
    for text in texts[1:]:
        whole = exp.DPipe(this=whole, expression=text)
    return exp.paren(whole)


def year_of(value: Term) -> Term:
    """Return the year of a date as a whole number."""
    return exp.cast(exp.Extract(this=exp.var("YEAR"), expression=value), "BIGINT")


def month_of(value: Term) -> Term:
    """Return the month of a date, 1 to 12."""
    return exp.cast(exp.Extract(this=exp.var("MONTH"), expression=value), "BIGINT")


def day_of(value: Term) -> Term:
    """Return the day of the month of a date."""
    return exp.cast(exp.Extract(this=exp.var("DAY"), expression=value), "BIGINT")


def padded(number: Term, width: int) -> Term:
    """Write a whole number as text with leading zeros."""
    return exp.Pad(
        this=cast(number, "text"),
        expression=exp.Literal.number(width),
        fill_pattern=exp.Literal.string("0"),
        is_left=True,
    )


def total_over(value: Term, groups: Sequence[Term]) -> Term:
    """Return, on every row, the sum of a whole number over the rows that share the groups."""
    return exp.Window(this=exp.Sum(this=value), partition_by=list(groups))


def total_from(value: Term, groups: Sequence[Term], place: Term) -> Term:
    """Return, on every row, the sum of a whole number over the rows of its group from its place on.

    The places of a group differ, so that no two rows stand at the same one.
    """
    return exp.Window(this=exp.Sum(this=value), partition_by=list(groups), order=_by(place, desc=True))


def total_up_to(value: Term, groups: Sequence[Term], place: Term) -> Term:
    """Return, on every row, the sum of a whole number over the rows of its group up to its place; places differ."""
    return exp.Window(this=exp.Sum(this=value), partition_by=list(groups), order=_by(place, desc=False))


def largest_over(value: Term, groups: Sequence[Term]) -> Term:
    """Return, on every row, the largest value among the rows that share the groups."""
    return exp.Window(this=exp.Max(this=value), partition_by=list(groups))


def total(value: Term) -> Term:
    """Sum a number over the rows of a group; missing ones are passed over."""
    return exp.Sum(this=value)


def times(left: Term, right: Term) -> Term:
    """Multiply two numbers of one type, two whole ones or two doubles."""
    return exp.paren(exp.Mul(this=left, expression=right))


def ratio(above: Term, below: Term) -> Term:
    """Divide one double by another, which is not 0: engines disagree on what that would give."""
    return exp.paren(exp.Div(this=above, expression=below, typed=False, safe=False))


def natural_log(value: Term) -> Term:
    """Return the natural logarithm of a double above 0."""
    return exp.Ln(this=value)


def one_where(condition: Term) -> Term:
    """Return 1 where a condition holds, else 0."""
    return exp.Case().when(condition, exp.Literal.number(1)).else_(exp.Literal.number(0))


def plus(left: Term, right: Term) -> Term:
    """Add two whole numbers."""
    return exp.paren(exp.Add(this=left, expression=right))


def minus(left: Term, right: Term) -> Term:
    """Subtract one whole number from another."""
    return exp.paren(exp.Sub(this=left, expression=right))


def row_count() -> Term:
    """Count rows."""
    return exp.Count(this=exp.Star(), big_int=True)


def distinct_count(value: Term) -> Term:
    """Count the different values; missing ones are not counted."""
    return exp.Count(this=exp.Distinct(expressions=[value]), big_int=True)


def furthest(value: Term, *, largest: bool) -> Term:
    """Return the largest or smallest value of a group; missing ones are passed over."""
    return exp.Max(this=value) if largest else exp.Min(this=value)


def place_in(groups: Sequence[Term], value: Term, *, largest_first: bool) -> Term:
    """Number the rows of each group 1, 2, 3 … by a value; among equal values, any order."""
    return exp.Window(this=exp.RowNumber(), partition_by=list(groups), order=_by(value, desc=largest_first))


def next_in(groups: Sequence[Term], value: Term) -> Term:
    """Return, on every row, the next larger value of its group, in which no two are equal; missing on the last row."""
    return exp.Window(this=exp.Lead(this=value), partition_by=list(groups), order=_by(value.copy(), desc=False))


def rank(value: Term) -> Term:
    """Number the different values of a whole table 1, 2, 3 … in ascending order; rows with a missing one come last."""
    return exp.Window(this=exp.DenseRank(), order=_by(value, desc=False))


def _by(value: Term, *, desc: bool) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=value, desc=desc, nulls_first=False)])


def every_nth(row: str, n: int) -> Term:
    """Return the condition that a row's number is a multiple of n."""
    return exp.EQ(this=exp.Mod(this=column(row), expression=count(n)), expression=count(0))
