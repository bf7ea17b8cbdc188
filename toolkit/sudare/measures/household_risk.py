"""Household risk: the chance that at least one member of a household is recognised, which gives away the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from sudare.language import Text
from sudare.measures.explained import AS_SAMPLED, Explained
from sudare.measures.individual_risk import individual_risk
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.encoding import encode
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.kernel.grouping import numbered
from sudare.measures.kernel.sums import sums_by
from sudare.measures.kernel.weights import weights_by_class, weights_of
from sudare.measures.sampled import WeightedRiskCheck
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Column, Real, Whole
    from sudare.measures.measure import Scope

EXPLAINED: Final = Explained(
    Text("世帯リスク", "household risk"),
    Text(
        "世帯の誰か一人でも当たる確率です。一人が分かると、同じ世帯の人も分かります。",
        "The chance that at least one member of a household is found. One member found gives away the others.",
    ),
    "Hundepool et al. 2012",
    AS_SAMPLED,
    Text(
        "個人リスクと同じです。世帯の分からない行は、一人の世帯として数えます。",
        "As for the individual risk; a row without a household is one of its own.",
    ),
)


def household_risk(risks: Real, households: Column, counts: Whole | None = None) -> Real:
    """Return 1 - product of (1 - r) over the members of each line's household, for each line.

    `risks` has the individual risk of each line, and `counts` how many members are alike in it (one by default). Each
    member without a household is one of their own. Members are taken for
    independent, which overstates the risk where the same facts single out several. Source: Hundepool et al.,
    Statistical Disclosure Control, 2012, section 3.3.

    >>> import pyarrow as pa
    >>> from sudare.measures.kernel import encode
    >>> household_risk(np.array([0.5, 0.5, 0.1]), encode("hh", pa.array([7, 7, None]))).round(12).tolist()
    [0.75, 0.75, 0.1]
    """
    group = households.codes.astype(np.int64)
    groups = households.levels
    if households.missing is not None:
        alone = np.flatnonzero(group == households.missing)
        group[alone] = groups + np.arange(len(alone))
        groups += len(alone)
    with np.errstate(divide="ignore"):  # a certain member makes the household certain: log 0
        safe = np.log1p(-risks)
    if counts is not None:
        safe = np.where(households.codes == households.missing, 1, counts) * safe
    certain = np.bincount(group[np.isneginf(safe)], minlength=groups) > 0
    kept = sums_by(group, np.where(np.isneginf(safe), 0.0, safe), groups)
    return np.where(certain, 1.0, -np.expm1(kept))[group]


class Members(NamedTuple):
    """Some lines of a table, and how many members of a household each stands for."""

    lines: Whole
    counts: Whole


def members(classes: Classes, households: Column, counts: Whole, unit: Column | None) -> Members:
    """Return who is in the households: each record, or with `unit` each person once in a class of a household.

    `counts` says how many records each line stands for.
    """
    if unit is None:
        return Members(np.arange(len(counts), dtype=np.int64), counts)
    place = classes.of_line * households.levels + households.codes
    home, _ = numbered(place, len(classes) * households.levels)
    once = np.unique(home * unit.levels + unit.codes, return_index=True)[1]
    return Members(once, np.ones(len(once), np.int64))


class HouseholdRiskCheck(WeightedRiskCheck):
    """A limit for the chance that at least one member of a household is found.

    The members' own risk is 1 / the size of their class, or with `weight` the individual risk. Missing and hidden
    cells: as `RecordRiskCheck` says; somebody whose household is missing or hidden is one of their own. Where the spec
    names a person, a person counts once in each class of a household; the mean and the share are over people then.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["household-risk"] = field(Text("指標", "measure"))
    household: Words = field(
        Text("世帯の列", "household column"),
        Text("同じ世帯の行で同じ値になる、出力の列。", "A column of the output, equal for the rows of one household."),
        role="column",
    )

    @model_validator(mode="after")
    def _household_is_apart(self) -> Self:
        if self.household in self.columns:
            raise fault(
                "household-among-columns",
                Text("household の列は columns に入れません。", "the household column must not be among `columns`."),
            )
        return self

    def reads(self) -> tuple[str, ...]:
        """The columns of the classes, the households and the weights."""
        return (*super().reads(), self.household)

    def chances(self, scope: Scope) -> tuple[Real, Whole]:
        """Return the risk of each household, for each of its lines, and how many members a line stands for."""
        names = [*self.columns, self.household, *((self.weight,) if self.weight is not None else ())]
        found = combinations_of(scope.engine, scope.relation, names, people=scope.people, apart=scope.people)
        classes = classes_of([found.column(name) for name in self.columns], counts=found.records, unit=found.unit)
        weighted = classes.sizes.astype(np.float64)
        if self.weight is not None:
            weights = weights_of(scope.where, found.cells[same_name(self.weight)], found.records)
            weighted = weights_by_class(weights, classes, counts=found.records, unit=found.unit)
        each = individual_risk(classes.sizes, weighted, classes.records).each[classes.of_line]
        household = encode(self.household, found.cells[same_name(self.household)])  # a hidden cell is empty there
        who = members(classes, household, found.records, found.unit)
        return household_risk(each[who.lines], household.take(who.lines), who.counts), who.counts
