"""The risk of a table as it stands: what somebody could find out who knows some of its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sudare.display import html_table
from sudare.errors import UsageError
from sudare.language import Text, preferred
from sudare.measures.attacks.assessment import Assessed
from sudare.measures.class_sizes import class_sizes
from sudare.measures.closeness import equal_distance, ordered_distance
from sudare.measures.household_risk import household_risk, members
from sudare.measures.individual_risk import individual_risk
from sudare.measures.journalist_risk import journalist_risk
from sudare.measures.kernel.classes import classes_of
from sudare.measures.kernel.sums import total
from sudare.measures.kernel.values import Values, values_of
from sudare.measures.kernel.weights import weights_by_class
from sudare.measures.kernel.wildcards import compatible_with
from sudare.measures.marketer_risk import marketer_risk
from sudare.measures.population_uniqueness import population_uniqueness, small_population
from sudare.measures.prosecutor_risk import prosecutor_risk
from sudare.measures.record_diversity import Diversity, record_diversity
from sudare.measures.suda import suda
from sudare.measures.verdicts import FEW

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.language import Language
    from sudare.measures.kernel.classes import Classes
    from sudare.measures.kernel.encoding import Column, Real, Whole
    from sudare.measures.lines import Lines
    from sudare.measures.population_uniqueness import PopulationUniqueness
    from sudare.measures.question import Question
    from sudare.measures.record_risk import RecordRisk


@dataclass(frozen=True)
class LeastDiversity:
    """The least diverse class: different values, exp of entropy, and recursive l for `c`; None in an empty table."""

    distinct: int | None
    entropy: float | None
    recursive: int | None
    c: float

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `distinct`, `entropy` and `recursive`."""
        return {
            "distinct": self.distinct,
            "entropy": self.entropy,
            "recursive": {"c": self.c, "l": self.recursive},
        }


@dataclass(frozen=True)
class LeastCloseness:
    """The distance of the class furthest from the whole table; `ordered` is None where the values have no order."""

    equal: float | None
    ordered: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `equal` and `ordered`."""
        return {"equal": self.equal, "ordered": self.ordered}


@dataclass(frozen=True)
class SudaSummary:
    """How many records have a SUDA score, the sum of the scores, and each column's share of it."""

    records: int
    sum_score: int
    columns: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `records`, `sum_score` and `columns`."""
        return {"records": self.records, "sum_score": self.sum_score, "columns": dict(self.columns)}


@dataclass(frozen=True)
class HouseholdSummary:
    """The chance that at least one member of a household is found: its highest, and its mean over the members."""

    highest: float | None
    mean: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `max` and `mean`."""
        return {"max": self.highest, "mean": self.mean}


@dataclass(frozen=True)
class Risk:
    """What was measured. None stands for what was not asked, or what an empty table does not have.

    Sizes (`k`, `uniques`, risks) are in people where a unit was given; `rows` and what is below k are records. Meant
    for the analyst at the screen: it holds counts of any size and names of columns, and no value of the data. What a
    notebook shows, and saves, tells counts below ten as "<10".
    """

    rows: int
    units: int | None
    classes: int
    uniques: int
    k: int | None
    limit: int
    below: int
    prosecutor: RecordRisk
    journalist: RecordRisk
    marketer: float | None
    mean: float | None
    expected: float
    diversity: LeastDiversity | None
    closeness: LeastCloseness | None
    suda: SudaSummary | None
    population: PopulationUniqueness | None
    household: HouseholdSummary | None = None
    assessed: Assessed = field(default_factory=Assessed)

    @property
    def below_share(self) -> float | None:
        """The share of records in classes smaller than the limit."""
        return self.below / self.rows if self.rows else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data under stable keys; shares and chances are between 0 and 1."""
        return {
            "rows": self.rows,
            "units": self.units,
            "classes": self.classes,
            "uniques": self.uniques,
            "k": self.k,
            "below_k": {"k": self.limit, "records": self.below, "share": self.below_share},
            "prosecutor": self.prosecutor.to_dict(),
            "journalist": self.journalist.to_dict(),
            "marketer": self.marketer,
            "individual": {"global": self.mean, "expected": self.expected},
            "household": self.household and self.household.to_dict(),
            "l": self.diversity and self.diversity.to_dict(),
            "t": self.closeness and self.closeness.to_dict(),
            "suda": self.suda and self.suda.to_dict(),
            "population_uniques": self.population and self.population.to_dict(),
            **self.assessed.to_dict(),
        }

    def few(self) -> list[tuple[Text, Text]]:
        """Return what is looked at first: k, the records below it, uniques, and the assumed reader's best attack.

        Without an original no attack was measured, and it is the chance of a reader who knows who is in.
        """
        return self._few(_number, least=0)

    def _few(self, count: Callable[[int | None], Text], least: int) -> list[tuple[Text, Text]]:
        """Return the same with counts told by `count`, and shares only of none or of at least so many records."""
        size = (
            Text("{n:,} 行", "{n:,} rows")
            if self.units is None
            else Text("{n:,} 行 {m:,} 人", "{n:,} rows, {m:,} people")
        )
        below = Text("{n} 行（{share}）", "{n} ({share})")
        share = None if 0 < self.below < least else self.below_share
        return [
            (Text("大きさ", "size"), size.fill(n=self.rows, m=self.units)),
            (Text("k（最小の組）", "k (smallest class)"), _number(self.k)),  # what limits are about is told
            (
                Text("{k} 人未満の組の行", "records in classes below {k}").fill(k=self.limit),
                below.fill(n=count(self.below), share=_percent(share)),
            ),
            (Text("一人だけの組", "alone with their combination"), count(self.uniques)),
            self.assessed.best() or self._knowing(least),
        ]

    def _knowing(self, least: int = 0) -> tuple[Text, Text]:
        risk = self.prosecutor
        above = None if 0 < round((risk.above or 0) * self.rows) < least else risk.above
        shares = Text(
            "最大 {top}、平均 {mean}、{t} を超える行 {above}", "at most {top}, mean {mean}, above {t}: {above}"
        ).fill(top=_percent(risk.highest), mean=_percent(risk.mean), t=risk.threshold, above=_percent(above))
        return Text("表にいると知る人が当てる確率", "chance of a reader who knows who is in"), shares

    def more(self) -> list[tuple[Text, Text]]:
        """Return the rest of what was asked."""
        told = [] if self.assessed.best() is None else [self._knowing()]
        told.append((Text("当たる人数の見込み", "people expected to be found"), _decimal(self.expected)))
        if self.household is not None:
            label = Text("世帯の誰かが当たる確率（最大）", "chance that someone of a household is found (highest)")
            told.append((label, _percent(self.household.highest)))
        if self.diversity is not None:
            told.append((Text("ℓ（値の種類）", "l (different values)"), _number(self.diversity.distinct)))
        if self.closeness is not None:
            told.append((Text("t（等距離）", "t (equal distance)"), _decimal(self.closeness.equal)))
        if self.suda is not None:
            told.append((Text("SUDA の点がある行", "records with a SUDA score"), _number(self.suda.records)))
        if self.population is not None:
            label = Text("母集団でも一人だけの人の割合", "share unique in the population")
            told.append((label, _percent(self.population.dankar)))
        return [*told, *self.assessed.lines()]

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return one line for each number that a person reads."""
        chosen = lang or preferred()
        return [f"{name.pick(chosen)}: {value.pick(chosen)}" for name, value in (*self.few(), *self.more())]

    def __repr__(self) -> str:
        """Return the few in words: a notebook saves them, so that counts below ten are told as "<10"."""
        return "\n".join(f"{name.pick(preferred())}: {value.pick(preferred())}" for name, value in self._few(_ten, FEW))

    def _repr_html_(self) -> str:
        return html_table(_TITLE, self._few(_ten, FEW))


_TITLE = Text("リスク", "risk")


def risk_of(lines: Lines, question: Question) -> Risk:
    """Measure a table of codes.

    With `missing="wildcard"` the sizes count the records that a record could be taken for; diversity, closeness, SUDA
    and the population are always of classes where a missing cell equals a missing one only.
    """
    classes = classes_of(lines.qi, counts=lines.counts, unit=lines.unit)
    records = classes.records
    sizes, weighted = _sizes(lines, question, classes)
    found = class_sizes(sizes, records)
    household = None
    if lines.household is not None:
        household = _household(lines, lines.household, classes, individual_risk(sizes, weighted, records).each)
    if lines.weight is None:  # all that follows goes by the size alone, of which there are few
        sizes, weighted, records = found.size, found.size.astype(np.float64), found.records
    each = individual_risk(sizes, weighted, records)
    values = None
    if lines.sensitive is not None:
        values = values_of(classes, lines.sensitive, counts=lines.counts, unit=lines.unit)
    return Risk(
        rows=lines.rows,
        units=None if lines.unit is None else len(np.unique(lines.unit.codes)),
        classes=len(classes),
        uniques=found.uniques,
        k=found.k,
        limit=question.k,
        below=found.below(question.k),
        prosecutor=prosecutor_risk(sizes, records),
        journalist=journalist_risk(sizes, weighted, records),
        marketer=marketer_risk(sizes, weighted, records),
        mean=each.mean,
        expected=each.expected,
        diversity=None if values is None else _diversity(record_diversity(values)),
        closeness=None if values is None else _closeness(values, lines),
        suda=None if question.suda is None else _suda(lines, question.suda),
        population=None if question.population is None else _population(classes.sizes, question.population),
        household=household,
    )


def _sizes(lines: Lines, question: Question, classes: Classes) -> tuple[Whole, Real]:
    """Return for each class its size, and how many of the population are estimated to share it."""
    weighted = None
    if lines.weight is not None:
        weighted = weights_by_class(lines.weight, classes, counts=lines.counts, unit=lines.unit)
    if question.missing == "wildcard":
        compatible = compatible_with(lines.qi, classes, weighted)
        return compatible.sizes, compatible.weighted
    return classes.sizes, classes.sizes.astype(np.float64) if weighted is None else weighted


def _household(lines: Lines, households: Column, classes: Classes, each: Real) -> HouseholdSummary:
    """Sum up the risk of households over their members."""
    counts = lines.counts if lines.counts is not None else np.ones(len(households), np.int64)
    who = members(classes, households, counts, lines.unit)
    people = int(who.counts.sum())
    if not people:
        return HouseholdSummary(None, None)
    risks = household_risk(each[classes.of_line[who.lines]], households.take(who.lines), who.counts)
    return HouseholdSummary(float(risks.max()), total(risks, who.counts) / people)


def _diversity(found: Diversity) -> LeastDiversity:
    if not len(found.distinct):
        return LeastDiversity(None, None, None, float(found.c))
    return LeastDiversity(
        int(found.distinct.min()), float(found.entropy.min()), int(found.recursive.min()), float(found.c)
    )


def _closeness(values: Values, lines: Lines) -> LeastCloseness:
    if not len(values.starts):
        return LeastCloseness(None, None)
    has_order = lines.ordered and lines.sensitive is not None and lines.sensitive.missing is None
    furthest = float(ordered_distance(values).max()) if has_order else None
    return LeastCloseness(float(equal_distance(values).max()), furthest)


def _suda(lines: Lines, largest: int) -> SudaSummary:
    found = suda(lines.qi, largest=largest, counts=lines.counts, unit=lines.unit)
    return SudaSummary(found.records, found.sum_score, found.by_column)


def _population(sizes: Whole, population: int) -> PopulationUniqueness:
    found = class_sizes(sizes, sizes)
    if found.total > population:
        raise UsageError(small_population("population"))
    return population_uniqueness(found, population)


def _number(value: int | None) -> Text:
    return _NONE if value is None else Text(f"{value:,}", f"{value:,}")


def _ten(count: int | None) -> Text:
    return Text(f"<{FEW}", f"<{FEW}") if count is not None and 0 < count < FEW else _number(count)


def _decimal(value: float | None) -> Text:
    return _NONE if value is None else Text(f"{value:,.4g}", f"{value:,.4g}")


def _percent(value: float | None) -> Text:
    return _NONE if value is None else Text(f"{value:.1%}", f"{value:.1%}")


_NONE = Text("―", "-")
