"""Generalization hierarchies: for each value that a column can have, what it is called on every level above."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.schema import same_name
from sudare.techniques.hierarchy import hierarchy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sudare.tables.schema import Type

StepData: TypeAlias = "Mapping[str, Any]"
"""A step of a spec as plain data, without columns, standards and reason."""

ALL = "*"
"""What every value is called on a level that tells nothing any more."""


@dataclass(frozen=True)
class Hierarchy:
    """One row for each value: the value as text, then its groups from narrow to broad.

    Level 0 is the value itself. Values that the data lacks count as leaves all the same; a value of the data that no
    row begins with is refused when the search begins. `steps` has for each level the steps of a spec that bring the
    column there; where it is None, the rows are written to a file beside the spec and `map-values` reads them. `type`
    is the type the column must be declared as for these steps. Raises `Refused` with `bad-hierarchy`, which names
    rows and never values: rows of different length, a value that stands twice, a group whose members are in two
    groups one level above.

    >>> Hierarchy((("1", "0-4", "*"), ("7", "5-9", "*"))).height
    3
    """

    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    steps: tuple[tuple[StepData, ...], ...] | None = field(default=None, repr=False)
    type: Type = "text"

    def __post_init__(self) -> None:
        """Refuse rows that are no hierarchy."""
        if not self.rows:
            raise _bad(Text("行がありません。", "it has no row."))
        above: list[dict[str, str]] = [{} for _ in range(self.height - 1)]
        seen: set[str] = set()
        for n, row in enumerate(self.rows, start=1):
            if len(row) != self.height:
                raise _bad(_AT.fill(n=n).join(_RAGGED))
            if row[0] in seen:
                raise _bad(_AT.fill(n=n).join(_TWICE))
            seen.add(row[0])
            for level, groups in enumerate(above):
                if groups.setdefault(row[level], row[level + 1]) != row[level + 1]:
                    raise _bad(_AT.fill(n=n).join(_SPLIT.fill(level=level)))

    @property
    def height(self) -> int:
        """How many levels there are, the values themselves included."""
        return len(self.rows[0])

    @property
    def leaves(self) -> tuple[str, ...]:
        """The values at the lowest level."""
        return tuple(row[0] for row in self.rows)

    def groups(self, level: int) -> tuple[str, ...]:
        """Return what the values of the rows are called on a level."""
        return tuple(row[level] for row in self.rows)


_AT = Text("{n} 行目: ", "row {n}:")
_RAGGED = Text("列の数が違います。", "it differs in length.")
_TWICE = Text("値が前にも出ています。", "its value stands above already.")
_SPLIT = Text(
    "段 {level} で同じ区分の値が、一つ上の段では別の区分に入っています。",
    "values of one group on level {level} are in two groups one level above.",
)


def read_hierarchy(path: Path) -> Hierarchy:
    """Read a hierarchy as ARX writes it: a CSV of any delimiter, without header, the value first.

    Errors: `bad-hierarchy`, `cannot-open`; rows are told by number.
    """
    try:
        return Hierarchy(tuple(hierarchy_rows(path, path.name)))
    except OSError:
        what = Text("階層ファイルを開けません。", "the hierarchy file cannot be opened.")
        raise Refused(Problem("cannot-open", path.name, what)) from None


def find_hierarchies(folder: Path, columns: Iterable[str]) -> dict[str, Hierarchy]:
    """Read the hierarchy of each column from a folder: `*hierarchy_COLUMN.csv`, or `COLUMN.csv`.

    Names are compared without regard to width and capitals, as Windows does. Raises `Refused` with `no-hierarchy` or
    `unclear-hierarchy`, all columns at once, and what `read_hierarchy` refuses.
    """
    if not folder.is_dir():
        what = Text("階層ファイルのフォルダーがありません。", "there is no such folder of hierarchies.")
        raise Refused(Problem("no-folder", "hierarchies", what))
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv" and path.is_file())
    problems: list[Problem] = []
    found: dict[str, Hierarchy] = {}
    for column in columns:
        mine = _files_of(column, files)
        if len(mine) == 1:
            found[column] = read_hierarchy(mine[0])
        else:
            problems.append(_not_one(column, len(mine)))
    if problems:
        raise Refused(problems)
    return found


def _files_of(column: str, files: Sequence[Path]) -> list[Path]:
    name = same_name(column).casefold()
    stems = [(path, same_name(path.stem).casefold()) for path in files]
    return [path for path, stem in stems if stem.endswith(f"hierarchy_{name}")] or [
        path for path, stem in stems if stem == name
    ]


def _not_one(column: str, count: int) -> Problem:
    if count:
        what = Text(
            "列「{column}」の階層ファイルが {n} 個あります。",
            "there are {n} hierarchy files for the column '{column}'.",
        )
        return Problem("unclear-hierarchy", "hierarchies", what.fill(column=column, n=count))
    what = Text("列「{column}」の階層ファイルがありません。", "there is no hierarchy for the column '{column}'.")
    now = Text(
        "hierarchy_{column}.csv か {column}.csv を置いてください。", "Add hierarchy_{column}.csv or {column}.csv."
    )
    return Problem("no-hierarchy", "hierarchies", what.fill(column=column), now.fill(column=column))


def _bad(what: Text) -> Refused:
    return Refused(Problem("bad-hierarchy", "hierarchies", what))
