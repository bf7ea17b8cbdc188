"""The limit for t-closeness in a spec: equal, ordered and hierarchical distances of the sensitive values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.closeness import EXPLAINED, equal_distance, hierarchical_distance, ordered_distance
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.encoding import Column
from sudare.measures.kernel.from_engine import Combinations, combinations_of
from sudare.measures.kernel.values import Values, values_of
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.sensitive import SENSITIVE, sensitive_among_columns
from sudare.measures.verdicts import OF_A_CLASS, no_more_than, upper_limit
from sudare.models import Words, fault, field
from sudare.tables.beside import FileName
from sudare.tables.schema import Schema, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.measures.kernel.encoding import Real, Whole

_LIMITS = {
    "equal": Text("「{name}」の等距離で {t} 以下", "equal distance of '{name}' at most {t}"),
    "ordered": Text("「{name}」の順序距離で {t} 以下", "ordered distance of '{name}' at most {t}"),
    "hierarchical": Text("「{name}」の階層距離で {t} 以下", "hierarchical distance of '{name}' at most {t}"),
}
_WITH_ORDER = frozenset({"integer", "decimal", "date", "datetime"})


class TCloseness(Measure):
    """The distance between the sensitive values of a class and those of the whole table, in the furthest class.

    A missing value counts as a value of its own in the classes, and so does a hidden one. Among the sensitive values
    likewise with `equal`; with `hierarchical` only the top of the hierarchy joins them to the others; with `ordered`
    they stop the run (`missing-in-order`), since they have no place in an order. Where the spec names a person, one
    with several records of the same value in a class counts once, one with different values once with each. The
    distance is told rounded up to two places. An empty table keeps every limit. A value that the hierarchy lacks stops
    the run (`not-in-hierarchy`). Source: Li, Li and Venkatasubramanian, t-Closeness, ICDE 2007, section 5.

    >>> TCloseness(measure="t-closeness", columns=["age"], sensitive="ill", at_most="0.2").limit().en
    "equal distance of 'ill' at most 0.2"
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["t-closeness"] = field(Text("指標", "measure"))
    sensitive: Words = field(SENSITIVE, role="column")
    kind: Literal["equal", "ordered", "hierarchical"] = field(
        Text("種類", "kind"),
        Text(
            "equal は値どうしを同じ遠さ、ordered は大きさの順で離れるほど遠い、hierarchical は階層で早くまとまるほど近いと見ます。",
            "With equal all values are equally far apart; with ordered, as far as their places in order; with "
            "hierarchical, the nearer the sooner the hierarchy joins them.",
        ),
        default="equal",
    )
    hierarchy: FileName | None = field(
        Text("階層ファイル", "hierarchy file"),
        Text(
            "hierarchical だけに書きます。1行に1つの値と、狭いものから順にその上位の区分。",
            "For hierarchical only: one row per value, with its groups from narrow to broad.",
        ),
        default=None,
        role="file",
    )
    at_most: Decimal = upper_limit(OF_A_CLASS)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "hierarchical") != (self.hierarchy is not None):
            what = Text(
                "hierarchy は hierarchical に必要で、ほかでは使いません。",
                "`hierarchy` goes with `hierarchical`, and only there.",
            )
            raise fault("missing-key", what)
        if self.sensitive in self.columns:
            raise sensitive_among_columns()
        return self

    def reads(self) -> tuple[str, ...]:
        """The columns of the classes, and the sensitive one."""
        return (*self.columns, self.sensitive)

    def files(self) -> tuple[str, ...]:
        """The hierarchy."""
        return (self.hierarchy,) if self.hierarchy is not None else ()

    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say where the sensitive column has no order."""
        column = schema.get(self.sensitive)
        if self.kind == "ordered" and column is not None and column.type not in _WITH_ORDER:
            what = Text("列「{name}」の値には順序がありません。", "the values of '{name}' have no order.")
            now = Text("数値か日付の列で使えます。", "It is for columns of numbers or dates.")
            yield Problem("wrong-type", where, what.fill(name=column.called), now)

    def limit(self) -> Text:
        """The greatest distance allowed."""
        return _LIMITS[self.kind].fill(name=self.sensitive, t=self.at_most)

    def evaluate(self, scope: Scope) -> Verdict:
        """Find the furthest class."""
        names = [*self.columns, self.sensitive]
        in_groups = self.kind == "hierarchical"
        found = combinations_of(scope.engine, scope.relation, names, people=scope.people, as_text=in_groups)
        distances = self._distances(found, scope)
        return no_more_than(float(distances.max()) if len(distances) else None, self.at_most, OF_A_CLASS)

    def _distances(self, found: Combinations, scope: Scope) -> Real:
        if self.hierarchy is not None:
            rows = scope.hierarchies[self.hierarchy]
            levels = _levels(found, self.sensitive, rows, scope.where)
            return hierarchical_distance([self._values(found, level) for level in levels])
        column = found.column(self.sensitive, in_order=self.kind == "ordered")
        if self.kind == "equal":
            return equal_distance(self._values(found, column))
        if column.missing is not None or found.hidden[same_name(self.sensitive)].any():
            raise Refused(_no_place(scope.where, self.sensitive))
        return ordered_distance(self._values(found, column))

    def _values(self, found: Combinations, sensitive: Column) -> Values:
        classes = classes_of([found.column(name) for name in self.columns], counts=found.sizes)
        return values_of(classes, sensitive, counts=found.sizes)


def _levels(found: Combinations, sensitive: str, rows: Sequence[tuple[str, ...]], where: str) -> list[Column]:
    """Return the sensitive values, and the groups they are in at each level below the top, in codes."""
    column = found.column(sensitive)
    known = {row[0]: row for row in rows}
    words = _words(found, sensitive, column)
    lacking = np.array([word is not None and word not in known for word in words], bool)
    if lacking.any():
        raise Refused(_not_in_hierarchy(where, sensitive, int(lacking[np.unique(column.codes)].sum())))
    height = len(rows[0]) - 1 if len({row[-1] for row in rows}) == 1 else len(rows[0])
    return [_grouped(column, [None if word is None else known[word][n:] for word in words]) for n in range(height)]


def _words(found: Combinations, sensitive: str, column: Column) -> list[str | None]:
    """Return the text of each code; None where it is a missing or hidden cell."""
    first = np.zeros(column.levels, np.int64)
    first[column.codes] = np.arange(len(found))
    cells = found.cells[same_name(sensitive)].cast(pa.string())
    used = set(column.codes.tolist())
    return [cells[int(line)].as_py() if code in used else None for code, line in enumerate(first)]


def _grouped(column: Column, groups: Sequence[tuple[str, ...] | None]) -> Column:
    """Give values of one group one code; missing and hidden ones stay apart."""
    codes: dict[object, int] = {}
    of_code: Whole = np.array(
        [codes.setdefault(group if group is not None else code, len(codes)) for code, group in enumerate(groups)]
    )
    return Column(column.name, of_code[column.codes].astype(np.int32), len(codes))


def _no_place(where: str, name: str) -> Problem:
    what = Text(
        "列「{name}」に空欄か隠したセルがあり、順序の中に場所がありません。",
        "'{name}' has missing or hidden cells, which have no place in an order.",
    )
    now = Text("equal か hierarchical を使ってください。", "Use equal or hierarchical.")
    return Problem("missing-in-order", where, what.fill(name=name), now)


def _not_in_hierarchy(where: str, name: str, count: int) -> Problem:
    what = Text(
        "列「{name}」の {n} 種類の値が階層ファイルにありません。",
        "{n} values of '{name}' are not in the hierarchy file.",
    )
    now = Text(
        "出力に残る値のすべてを、出力と同じ書き方で階層ファイルに書いてください。",
        "The hierarchy must hold every value of the output, written like it.",
    )
    return Problem("not-in-hierarchy", where, what.fill(name=name, n=count), now)
