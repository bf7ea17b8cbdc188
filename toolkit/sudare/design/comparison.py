"""Alternatives side by side: what each branch of a design makes of the same table, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sudare.language import Language, Text, preferred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sudare.design.preview import Preview
    from sudare.execution.usefulness import Useful

Value = int | float | str | None

_SAFETY: tuple[tuple[str, Text, Callable[[Preview], Value]], ...] = (
    ("k", Text("最小の組（k）", "smallest class (k)"), lambda one: one.after.k if one.after else None),
    ("below", Text("k 未満の人数", "people below k"), lambda one: one.after.below if one.after else None),
    (
        "uniques",
        Text("一人だけの組の人数", "people alone in a class"),
        lambda one: one.after.uniques if one.after else None,
    ),
    ("problems", Text("実行を止める問題", "problems that stop a run"), lambda one: len(one.problems)),
    ("told_back", Text("復元できる列", "columns that can be told back"), lambda one: len(one.told_back)),
)
_USEFUL: tuple[tuple[str, Text, Callable[[Preview], Value]], ...] = (
    ("rows_gone", Text("除かれる行", "rows that go"), lambda one: one.rows_gone),
    ("cells_hidden", Text("隠すセル", "cells hidden"), lambda one: one.cells_hidden),
)
_OF_COLUMN: tuple[tuple[str, Text, Callable[[Useful], Value]], ...] = (
    ("changed", Text("「{name}」変わったセルの割合", "'{name}': share of cells changed"), lambda one: one.changed),
    ("distance", Text("「{name}」分布の隔たり", "'{name}': distance of the distributions"), lambda one: one.distance),
)


@dataclass(frozen=True)
class Compared:
    """One figure over all alternatives: None where it has no meaning or the column is gone."""

    key: str
    about: Literal["safety", "usefulness"]
    label: Text
    values: Mapping[str, Value]

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys `key`, `about`, `label` and `values`."""
        label = self.label.pick(lang or preferred())
        return {"key": self.key, "about": self.about, "label": label, "values": dict(self.values)}


def compare(previews: Mapping[str, Preview]) -> tuple[Compared, ...]:
    """Return one row for each figure, safety first, then usefulness for each column that any alternative keeps.

    Counts below ten are told as "<10"; shares are of cells, from 0 to 1, distances total variations. Figures are only
    comparable where all were previewed on the same part of the table.
    """
    rows = [Compared(key, "safety", label, _over(previews, ask)) for key, label, ask in _SAFETY]
    rows += [Compared(key, "usefulness", label, _over(previews, ask)) for key, label, ask in _USEFUL]
    told = {name: {one.name: one for one in seen.usefulness.columns} for name, seen in previews.items()}
    for column in dict.fromkeys(column for columns in told.values() for column in columns):
        for key, label, figure in _OF_COLUMN:
            values = {name: figure(columns[column]) if column in columns else None for name, columns in told.items()}
            rows.append(Compared(f"{key}/{column}", "usefulness", label.fill(name=column), values))
    return tuple(rows)


def _over(previews: Mapping[str, Preview], ask: Callable[[Preview], Value]) -> dict[str, Value]:
    return {name: ask(seen) for name, seen in previews.items()}
