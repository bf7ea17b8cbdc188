"""Singling out counts what a search over every description finds, and names columns only."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.measures.attacks.singling_out import SinglingOut, singling_out
from sudare.measures.kernel.encoding import Column, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL = st.sampled_from([1, 2, 3, None])
ROWS = st.lists(st.tuples(CELL, CELL, CELL, st.sampled_from("pqrs")), min_size=1, max_size=12)
NAMES = "abc"


def column(name: str, cells: Sequence[Any]) -> Column:
    return encode(name, pa.array(list(cells), pa.string() if isinstance(cells[0], str) else None), in_order=True)


class Oracle:
    """Writes every description down as the rows that it is true of."""

    def __init__(self, rows: Sequence[tuple[Any, ...]], who: Sequence[Any], ordered: str) -> None:
        self.counts: Counter[Any] = Counter()
        self.isolated: set[Any] = set()
        self.table = {name: [row[n] for row in rows] for n, name in enumerate(NAMES)}
        self.who = who
        for name in NAMES:
            self._by_one(name, in_order=name in ordered)
        for one, two in itertools.combinations(NAMES, 2):
            self._by_two(one, two)
        for group, scale in itertools.permutations(NAMES, 2):
            if scale in ordered:
                self._within(group, scale)

    def _by_one(self, name: str, *, in_order: bool) -> None:
        for value in set(self.table[name]):
            self._note((name,), "values", self._having(name, value))
        if in_order:
            self._extremes((name,), range(len(self.who)))

    def _by_two(self, one: str, two: str) -> None:
        for a, b in set(zip(self.table[one], self.table[two], strict=True)):
            first, second = self._having(one, a), self._having(two, b)
            if not self._alone(first) and not self._alone(second):
                self._note((one, two), "values", [place for place in first if place in second])

    def _within(self, group: str, scale: str) -> None:
        for value in set(self.table[group]):
            if not self._alone(self._having(group, value)):
                self._extremes((scale, group), self._having(group, value))

    def _extremes(self, names: tuple[str, ...], places: Sequence[int]) -> None:
        cells = self.table[names[0]]
        there = [place for place in places if cells[place] is not None]
        for best in (max, min) if there else ():
            end = best(cells[place] for place in there)
            self._note(names, "extremes", [place for place in there if cells[place] == end])

    def _having(self, name: str, value: Any) -> list[int]:
        return [place for place, cell in enumerate(self.table[name]) if cell == value]

    def _alone(self, places: Sequence[int]) -> bool:
        return len({self.who[place] for place in places}) == 1

    def _note(self, names: tuple[str, ...], how: str, places: Sequence[int]) -> None:
        if self._alone(places):
            self.counts[names, how] += 1
            self.isolated.update(self.who[place] for place in places)


@given(ROWS, st.sampled_from(["", "a", "abc"]), st.booleans())
def test_it_equals_a_search_over_every_description(rows: list[Any], ordered: str, people: bool) -> None:  # noqa: FBT001
    who = [row[3] for row in rows] if people else list(range(len(rows)))
    columns = [column(name, [row[n] for row in rows]) for n, name in enumerate(NAMES)]
    unit = column("who", [row[3] for row in rows]) if people else None
    found = singling_out(columns, ordered=set(ordered), unit=unit)
    oracle = Oracle(rows, who, ordered)
    assert {(one.columns, one.how): one.count for one in found.found} == dict(oracle.counts)
    assert (found.people, found.isolated) == (len(set(who)), len(oracle.isolated))
    assert found.total(1) + found.total(2) == oracle.counts.total()
    assert singling_out(columns[::-1], ordered=set(ordered), unit=unit) == found


def test_many_values_are_known_to_a_bin_too() -> None:
    height = column("height", list(range(100)))
    town = column("town", ["x"] * 99 + ["y"])
    told = {(one.columns, one.how): one.count for one in singling_out([height, town], ordered={"height"}).found}
    # Bins hold five records each; the one of the other town is alone in theirs, as they are in their town.
    assert told[("height", "town"), "bins"] == 1
    assert told[("height",), "values"] == 100
    few = {
        one.how
        for one in singling_out([column("height", [n % 40 for n in range(100)]), town], ordered={"height"}).found
    }
    assert "bins" not in few


def test_bins_are_of_records_and_leave_missing_cells_aside() -> None:
    """Sixty values, of which the first is had by half: its bin is its own."""
    cells = [0] * 60 + list(range(1, 61)) + [None]
    town = ["x"] * 120 + ["y"]
    table = [column("n", cells), column("town", town)]
    told = {(one.columns, one.how): one.count for one in singling_out(table, ordered={"n"}).found}
    assert told[("n", "town"), "bins"] == 1
    assert told[("n",), "extremes"] == 1


def test_an_empty_table_singles_nobody_out() -> None:
    found = singling_out([encode("a", pa.array([], pa.string()))], ordered={"a"})
    assert found == SinglingOut(0, 0)
    assert found.to_dict()["share"] is None


@pytest.mark.parametrize("kind", ["values", "extremes"])
def test_names_of_columns_are_told_and_no_value(kind: str) -> None:
    told = singling_out([column("age", [7, 8, 8])], ordered={"age"}).to_dict()
    assert {"columns": ["age"], "by": kind, "count": 1} in told["found"]
    assert (told["one_column"], told["two_columns"], told["isolated"], told["share"]) == (2, 0, 1, 1 / 3)
