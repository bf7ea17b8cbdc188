"""Which equivalence classes lie too far from the whole table in a sensitive column: t-closeness, asked of the engine."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Field, Relation

NEARLY: Final = Decimal("1e-12")  # two sums of the same shares in another order differ by less


def unequally_far(relation: Relation, keys: Sequence[sql.Term], sensitive: Field, t: Decimal) -> exp.Select:
    """Ask for the classes in which half the sum of |p - q| is more than t: all values are equally far apart.

    p are the shares of the values in a class, q in the whole table as it stands, in people where rows name a person
    (one with several records of a value in a class counts once). Missing and hidden values are one value each. Worked
    in whole numbers up to 2^53. Source: Li, Li and Venkatasubramanian, t-Closeness, ICDE 2007, section 5.
    """
    classes, values = _names("key", len(keys)), _names("value", 2 if sensitive.masked else 1)
    n = sql.column("n")
    counted = exp.select(
        *classes,
        exp.alias_(_double(n), "n", quoted=True),
        exp.alias_(_double(sql.total_over(n.copy(), values)), "everywhere", quoted=True),
        exp.alias_(_double(sql.total_over(n.copy(), classes)), "size", quoted=True),
        exp.alias_(_double(sql.total_over(n.copy(), [])), "everybody", quoted=True),
    ).from_(_pairs(relation, keys, sensitive).subquery("v"))
    size, everybody = _of_class("size"), _of_class("everybody")
    gaps = sql.total(
        _apart(sql.times(n, sql.column("everybody")), sql.times(sql.column("everywhere"), sql.column("size")))
    )
    # Values that a class lacks add their whole share.
    lacking = sql.times(sql.minus(everybody, sql.total(sql.column("everywhere"))), size)
    most = sql.times(sql.times(size.copy(), everybody.copy()), sql.literal(2 * (t + NEARLY), "decimal"))
    return _classes_with(counted, classes, sql.less_than(most, sql.plus(gaps, lacking)))


def far_in_order(relation: Relation, keys: Sequence[sql.Term], sensitive: Field, t: Decimal) -> exp.Select:
    """Ask for the classes whose earth mover's distance is more than t, a value's place in the order its distance.

    With m values in order, 1 / (m - 1) * sum over i of |sum over j <= i of (p_j - q_j)|; no value is missing. Costs a
    row for each class and value. Source: as above.
    """
    classes = _names("key", len(keys))
    n, value, place = sql.column("n"), sql.column("value0"), sql.column("place")
    placed = exp.select(*classes, n, exp.alias_(sql.rank(value), "place", quoted=True)).from_(
        _pairs(relation, keys, sensitive).subquery("v")
    )
    steps = exp.select(
        *classes,
        place,
        exp.alias_(sql.next_in(classes, place.copy()), "next", quoted=True),
        exp.alias_(sql.place_in(classes, place.copy(), largest_first=False), "nth", quoted=True),
        exp.alias_(_double(sql.total_up_to(n.copy(), classes, place.copy())), "reached", quoted=True),
        exp.alias_(_double(sql.total_over(n.copy(), classes)), "size", quoted=True),
        exp.alias_(_double(sql.total_over(n.copy(), [])), "everybody", quoted=True),
        exp.alias_(sql.largest_over(place.copy(), []), "places", quoted=True),
    ).from_(placed.subquery("p"))
    # A class's cumulative share stays as it is from one of its values to the next.
    at = sql.column("place", "q")
    before = sql.less_than(at, sql.column("place", "s"))
    stretch = sql.all_of(
        [
            sql.any_of([sql.is_missing(sql.column("next", "s")), sql.less_than(at.copy(), sql.column("next", "s"))]),
            sql.any_of([sql.not_(before), exp.EQ(this=sql.column("nth", "s"), expression=sql.count(1))]),
        ]
    )
    mine = sql.first_true([(before.copy(), _double(sql.count(0)))], sql.column("reached", "s"))
    whole = sql.times(sql.column("everywhere", "q"), sql.column("size", "s"))
    gap = _apart(sql.times(mine, sql.column("everybody", "s")), whole)
    joined = (
        exp.select(
            *_names("key", len(keys), "s"), *_kept("size", "everybody", "places"), exp.alias_(gap, "gap", quoted=True)
        )
        .from_(steps.subquery("s"))
        .join(_places(placed).subquery("q"), on=stretch, join_type="inner")
    )
    moves = sql.minus(_double(_of_class("places")), _double(sql.count(1)))
    size = sql.times(_of_class("size"), _of_class("everybody"))
    most = sql.times(sql.times(size, moves), sql.literal(t + NEARLY, "decimal"))
    return _classes_with(joined, classes, sql.less_than(most, sql.total(sql.column("gap"))))


def _pairs(relation: Relation, keys: Sequence[sql.Term], sensitive: Field) -> exp.Select:
    """Count each sensitive value of each class: `key0` …, `value0` …, and `n`."""
    values = [sensitive.value, sensitive.hidden] if sensitive.masked else [sensitive.value]
    named = [exp.alias_(key.copy(), f"key{n}", quoted=True) for n, key in enumerate(keys)]
    named += [exp.alias_(value, f"value{n}", quoted=True) for n, value in enumerate(values)]
    people = exp.alias_(sql.distinct_count(sql.column(UNIT)), "n", quoted=True)
    return relation.select(*named, people).group_by(*(part.copy() for part in (*keys, *values)))


def _places(placed: exp.Select) -> exp.Select:
    """Return for each place in the order how many of the whole table stand up to it."""
    place = sql.column("place")
    each = exp.select(place, exp.alias_(sql.total(sql.column("n")), "n", quoted=True))
    each = each.from_(placed.copy().subquery("p")).group_by(place.copy())
    reached = _double(sql.total_up_to(sql.column("n"), [], place.copy()))
    return exp.select(place.copy(), exp.alias_(reached, "everywhere", quoted=True)).from_(each.subquery("e"))


def _classes_with(rows: exp.Select, classes: Sequence[sql.Term], condition: sql.Term) -> exp.Select:
    """Return the classes that meet a condition, each once, marked."""
    marked = exp.alias_(sql.count(1), "goes", quoted=True)
    groups = [key.copy() for key in classes]
    return exp.select(*classes, marked).from_(rows.subquery("d")).group_by(*groups).having(condition)


def _names(kind: str, count: int, table: str | None = None) -> list[sql.Term]:
    return [sql.column(f"{kind}{n}", table) for n in range(count)]


def _kept(*names: str) -> Iterator[sql.Term]:
    return (sql.column(name, "s") for name in names)


def _of_class(name: str) -> sql.Term:
    """Return what is the same on all rows of a class."""
    return sql.furthest(sql.column(name), largest=True)


def _apart(left: sql.Term, right: sql.Term) -> sql.Term:
    return exp.Abs(this=sql.minus(left, right))


def _double(value: sql.Term) -> sql.Term:
    return sql.cast(value, "decimal")
