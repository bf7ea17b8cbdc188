"""A hierarchy from a tree of categories, as the technique `map-values` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.optimizer.hierarchy import ALL, Hierarchy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    CategoryTree: TypeAlias = "Mapping[str, CategoryTree | Sequence[str]]"


def categories(tree: CategoryTree) -> Hierarchy:
    """Make a hierarchy from groups within groups with lists of values at the ends.

    Where a branch is shorter than others, its broadest group stands on the levels above too. Raises `Refused` with
    `bad-hierarchy` where a value stands twice, or where there is none.

    >>> categories({"教員": {"正規": ["教諭"], "臨時": ["講師", "助手"]}, "職員": ["事務"]}).rows
    (('教諭', '正規', '教員', '*'), ('講師', '臨時', '教員', '*'), ('助手', '臨時', '教員', '*'), ('事務', '職員', '職員', '*'))
    """
    paths = list(_paths(tree, ()))
    depth = max((len(above) for _, above in paths), default=0)
    if not depth:
        what = Text("値がありません。", "it holds no value.")
        raise Refused(Problem("bad-hierarchy", "hierarchies", what))
    rows = [(leaf, *(above[min(level, len(above) - 1)] for level in range(depth)), ALL) for leaf, above in paths]
    levels = ({"technique": "map-values", "tree": tree, "level": level} for level in range(1, depth + 1))
    return Hierarchy(tuple(rows), ((), *((step,) for step in levels), ()))


def _paths(tree: CategoryTree, above: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Walk over the values, each with its groups from narrow to broad."""
    for group, below in tree.items():
        path = (group, *above)
        if isinstance(below, dict):
            yield from _paths(below, path)
        else:
            yield from ((leaf, path) for leaf in below)
