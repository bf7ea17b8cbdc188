"""Live numbers of a table under design: encoded once, so that a cut that is dragged is answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from sudare.design.bars import Bins, bins_of
from sudare.design.class_bands import Band, bands_of
from sudare.design.crossed import Crossed, Standing
from sudare.design.cut_effect import CutEffect, Side
from sudare.design.levels import At, Levels
from sudare.design.squares import Squares, squares_of_codes, squares_of_points
from sudare.design.two_way import TwoWay, two_way
from sudare.errors import Problem, Refused, did_you_mean
from sudare.language import Text
from sudare.measures.kernel import encode
from sudare.profiles.small_counts import LIMIT, shown, shown_part
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from sudare.measures.kernel import Column as Codes
    from sudare.tables.schema import Schema
    from sudare.techniques.grid_square import Level

_Key = TypeVar("_Key")
_Counted = TypeVar("_Counted")
_KEPT = 12  # countings of pairs; each may be as large as six columns of numbers
K_LIMIT = 5  # below which a class is called small, unless the caller says otherwise


class Live:
    """The codes of a loaded table, made column by column when first asked for, and what was counted from them.

    `unit` is the column that tells whose records they are: then people are counted. What is shown never tells a count
    under the small-count limit. Not for several threads at once.
    """

    def __init__(self, table: pa.Table, schema: Schema, unit: str | None = None) -> None:
        """Take a table whose columns are named and typed as the schema says."""
        self._table, self._schema = table, schema
        self._levels: dict[str, Levels] = {}
        self._crossed: dict[tuple[str, tuple[str, ...]], Crossed] = {}
        self._standing: dict[tuple[str, tuple[str, ...], int], Standing] = {}
        self._bins: dict[str, Bins] = {}
        self.unit: Codes | None = None
        if unit is not None:
            self.unit = encode(same_name(unit), table.column(self._known(unit)))

    @property
    def schema(self) -> Schema:
        """The columns of the table."""
        return self._schema

    @property
    def whole(self) -> int:
        """How many people there are, or records where no unit was given."""
        return self._table.num_rows if self.unit is None or not self._table.num_rows else self.unit.levels

    def levels(self, column: str) -> Levels:
        """Return a column's codes and different values. Errors: `missing-column`."""
        name = self._known(column)
        if name not in self._levels:
            declared = next(one for one in self._schema if one.called == name)
            self._levels[name] = Levels.of(self._table.column(name), declared)
        return self._levels[name]

    def bins(self, column: str) -> Bins:
        """Return the bars of a column, as a report would draw them. Errors: `missing-column`.

        >>> import pyarrow as pa
        >>> from sudare.tables.schema import Column, Schema
        >>> ages = pa.table({"年齢": [*range(20, 60)] * 5 + [116]})
        >>> bins = Live(ages, Schema(columns=(Column(name="年齢", type="integer"),))).bins("年齢")
        >>> bins.bars[-1].label.ja, bins.bars[-1].count, bins.bars[-1].high
        ('55以上', 26, None)
        """
        name = self._known(column)
        if name not in self._bins:
            self._bins[name] = bins_of(self.levels(name), self.unit)
        return self._bins[name]

    def cross(self, column: str, other: str) -> TwoWay:
        """Count the records by the bars of two columns; what tells a few people is hidden. Errors: `missing-column`."""
        return two_way(self.levels(column), self.bins(column), self.levels(other), self.bins(other), self.unit)

    def class_sizes(self, qi: Sequence[str]) -> tuple[Band, ...]:
        """Return how many records are in classes of which size; bands of a few are joined. Errors: `missing-column`."""
        names = sorted({self._known(name) for name in qi})
        return bands_of(self._pairs(names[0], tuple(names[1:]))) if names else ()

    def squares(self, code: str) -> Squares:
        """Count the records of each grid square whose code a column holds. Errors: `missing-column`."""
        return squares_of_codes(self.levels(code), self.unit)

    def squares_around(self, latitude: str, longitude: str, level: Level = "2") -> Squares:
        """Count the points of two columns of decimal degrees by grid square. Errors: `missing-column`, `wrong-type`."""
        found = [self.levels(name) for name in (latitude, longitude)]
        for levels in found:
            levels.number_of(0)  # refused where the column has no scale
        return squares_of_points(found[0], found[1], level, self.unit)

    def cut(  # noqa: PLR0913 - what a cut is judged by, each by name
        self,
        column: str,
        at: At | None,
        side: Side = "above",
        qi: Sequence[str] = (),
        *,
        strata: Sequence[str] | None = None,
        k_limit: int = K_LIMIT,
    ) -> CutEffect:
        """Say what stands once the values at or above (at or below) `at` are one class.

        `qi` are the columns that somebody may know, `strata` those whose combinations are the strata; the column that
        is cut may be among the former. A missing value counts as a value of its own and is never beyond a cut. With
        `at` None nothing is cut. The first question about a column and its `qi` counts the table; each after that is
        answered from the sums. Errors: `missing-column`, `wrong-type` where the column has no scale or the cut does
        not fit it.
        """
        name = self._known(column)
        levels = self.levels(name)
        above = side == "above"
        beyond = None if at is None else levels.beyond(at, above=above)
        others = self._others(qi, name)
        standing = self._stands(name, others, k_limit) if name in map(self._known, qi) else None
        k_before, below_before = standing.cut(None, above=above) if standing else self._uncut(others, k_limit)
        k, below = standing.cut(beyond, above=above) if standing else (k_before, below_before)
        count = 0 if beyond is None else int(self._pairs(name, ()).gathered(beyond, above=above)[0].sum())
        groups = np.empty(0, np.int64)
        if strata and beyond is not None:
            groups, _ = self._pairs(name, self._others(strata, name)).gathered(beyond, above=above)
        return CutEffect(
            where=None if at is None else where(levels, at, side),
            beyond=shown_part(count, self.whole),
            share=count / self.whole if isinstance(shown_part(count, self.whole), int) and self.whole else None,
            k=k,
            k_before=k_before,
            below=shown_part(below, self._table.num_rows),
            below_before=shown_part(below_before, self._table.num_rows),
            limit=k_limit,
            smallest=shown(int(groups.min())) if len(groups) else None,
            small_strata=int(np.count_nonzero(groups < LIMIT)),
            people=self.unit is not None,
        )

    def _uncut(self, others: tuple[str, ...], k_limit: int) -> tuple[int | None, int]:
        """Return k of columns that no cut touches."""
        if not others:
            return None, 0
        return self._stands(others[0], others[1:], k_limit).cut(None, above=True)

    def _stands(self, name: str, others: tuple[str, ...], k_limit: int) -> Standing:
        key = (name, others, k_limit)
        return _kept(self._standing, key, lambda: Standing.of(self._pairs(name, others), k_limit))

    def _pairs(self, name: str, others: tuple[str, ...]) -> Crossed:
        key = (name, others)
        codes = [self.levels(other).codes for other in others]
        return _kept(self._crossed, key, lambda: Crossed.of(codes, self.levels(name).codes, self.unit))

    def _others(self, names: Sequence[str], name: str) -> tuple[str, ...]:
        return tuple(sorted({self._known(one) for one in names} - {name}))

    def _known(self, column: str) -> str:
        name = same_name(column)
        if self._schema.get(name) is None:
            what = Text("列「{name}」がありません。", "there is no column '{name}'.").fill(name=name)
            raise Refused(Problem("missing-column", "columns", what, did_you_mean(name, self._schema.names)))
        return name


def where(levels: Levels, at: At, side: Side) -> Text:
    """Say which values lie beyond a cut, as 90歳以上. A date is told as it is written."""
    words = (Text("以上", "or more"), Text("以下", "or less"))
    if levels.in_years:
        words = (Text("以降", "or later"), Text("以前", "or earlier"))
    word = words[0] if side == "above" else words[1]
    unit = levels.declared.unit or ""
    return Text(f"{at}{unit}{word.ja}", f"{at}{unit} {word.en}")


def _kept(counted: dict[_Key, _Counted], key: _Key, count: Callable[[], _Counted]) -> _Counted:
    """Return what was counted, counting it where nobody asked yet; the oldest makes room."""
    if key not in counted:
        if len(counted) >= _KEPT:
            counted.pop(next(iter(counted)))
        counted[key] = count()
    return counted[key]
