"""The classes of a table in the engine, and how many of the population each is estimated to stand for."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sudare.errors import Problem
from sudare.language import Text
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.kernel.weights import weights_by_class, weights_of
from sudare.measures.measure import Measure, Scope
from sudare.measures.record_risk import RecordRiskCheck
from sudare.models import Words, field
from sudare.tables.schema import Schema, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.measures.kernel.encoding import Real, Whole

WEIGHT: Final = Text("重みの列", "weight column")
ABOUT_WEIGHT: Final = Text(
    "その行が母集団の何人を代表するかを書いた数値の列。出力に残っている列です。",
    "A column of numbers in the output: how many people of the population the row stands for.",
)


class Sampled(NamedTuple):
    """For each class: its size, how many of the population share it, and its records."""

    sizes: Whole
    weighted: Real
    records: Whole


def sampled(scope: Scope, columns: tuple[str, ...], weight: str | None) -> Sampled:
    """Count the classes; without weights a class stands for itself.

    A missing value counts as a value of its own, and so does a hidden one. A person with several records in a class
    counts once, with the mean of their weights. Raises `Refused` with `bad-weight`.
    """
    if weight is None:
        found = combinations_of(scope.engine, scope.relation, columns, people=scope.people)
        return Sampled(found.sizes, found.sizes.astype(np.float64), found.records)
    found = combinations_of(scope.engine, scope.relation, [*columns, weight], people=scope.people, apart=scope.people)
    keys = [found.column(name) for name in columns]
    classes = classes_of(keys, counts=found.records, unit=found.unit)
    numbers = weights_of(scope.where, found.cells[same_name(weight)], found.records)
    weighted = weights_by_class(numbers, classes, counts=found.records, unit=found.unit)
    return Sampled(classes.sizes, weighted, classes.records)


class WeightedCheck(Measure, ABC):
    """A measure that can go by sampling weights; without them a class stands for itself.

    The weights are numbers above zero; a missing or hidden one stops the run (`bad-weight`). Of somebody with several
    records in a class the mean counts.
    """

    weight: Words | None = field(WEIGHT, ABOUT_WEIGHT, default=None, role="column")

    def reads(self) -> tuple[str, ...]:
        """The columns of the classes, and the weights."""
        return (*self.columns, *((self.weight,) if self.weight is not None else ()))

    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Say where the column of weights holds no numbers."""
        column = schema.get(self.weight) if self.weight is not None else None
        if column is not None and column.type not in {"integer", "decimal"}:
            what = Text("列「{name}」は数値ではありません。", "the column '{name}' is not of numbers.")
            yield Problem("wrong-type", where, what.fill(name=column.called), ABOUT_WEIGHT)


class WeightedRiskCheck(RecordRiskCheck, WeightedCheck, ABC):
    """A limit for the chance that a record's person is found, which can go by sampling weights."""
