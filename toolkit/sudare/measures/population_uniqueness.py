"""Dankar's rule: which estimate of the population's uniques to believe."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.class_sizes import class_sizes
from sudare.measures.explained import OF_ITS_OWN, Explained
from sudare.measures.measure import Measure, Scope, Verdict
from sudare.measures.pitman_uniqueness import pitman_uniqueness
from sudare.measures.sampled import sampled
from sudare.measures.snb_uniqueness import snb_uniqueness
from sudare.measures.verdicts import no_more_than, upper_limit
from sudare.measures.zayatz_uniqueness import zayatz_uniqueness
from sudare.models import field

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.measures.class_sizes import ClassSizes

EXPLAINED: Final = Explained(
    Text("母集団一意", "population uniques"),
    Text(
        "表で一人だけでなく、母集団でも一人だけの人がどれだけいるかの見積もりです。標本の割合によって、よく当たる方法を選びます。",
        "An estimate of the share of people who are alone not only in the table but in the population. The method is "
        "chosen by how much of the population the table holds.",
    ),
    "Dankar, El Emam, Neisa and Roffey 2012",
    Text(
        "母集団からの単純無作為標本で使えます。ノイズや入れ替えの後では使えません。",
        "For simple random samples. Not after noise or swaps.",
    ),
    OF_ITS_OWN,
)
_SMALL: Final = 0.1  # of the population; up to it Pitman's model does best (Dankar et al. 2012)


@dataclass(frozen=True)
class PopulationUniqueness:
    """Shares of the population that are unique in it, by model (None where a model does not fit), and the chosen one."""

    population: int
    pitman: float | None
    zayatz: float
    snb: float | None
    model: str
    dankar: float

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys `population`, `pitman`, `zayatz`, `snb`, `dankar` and `model`."""
        return {
            "population": self.population,
            "pitman": self.pitman,
            "zayatz": self.zayatz,
            "snb": self.snb,
            "dankar": self.dankar,
            "model": self.model,
        }


def population_uniqueness(sizes: ClassSizes, population: int) -> PopulationUniqueness:
    """Estimate the population's uniques by all models and choose one.

    For tables of up to a tenth of the population Pitman's, or Zayatz's where it does not fit; above that the smaller
    of Zayatz's and SNB's. `population` is at least the size of the table. Missing cells are as the sizes were
    counted. Valid for simple random samples. Source: Dankar, El Emam, Neisa and Roffey, Estimating the
    re-identification risk of clinical data sets, BMC Medical Informatics and Decision Making 12:66, 2012.

    >>> import numpy as np
    >>> from sudare.measures.class_sizes import class_sizes
    >>> sizes = np.repeat([1, 2, 3, 4, 5], [50, 20, 10, 5, 3])
    >>> population_uniqueness(class_sizes(sizes, sizes), 10_000).model
    'pitman'
    """
    pitman = pitman_uniqueness(sizes, population)
    zayatz = zayatz_uniqueness(sizes, population)
    snb = snb_uniqueness(sizes, population)
    if sizes.total <= _SMALL * population:
        model, chosen = ("pitman", pitman) if pitman is not None else ("zayatz", zayatz)
    else:
        model, chosen = ("snb", snb) if snb is not None and snb <= zayatz else ("zayatz", zayatz)
    return PopulationUniqueness(population, pitman, zayatz, snb, model, chosen)


def small_population(where: str) -> Problem:
    """Return the problem of a population that is said to be smaller than the table."""
    what = Text("母集団が表より小さくなっています。", "the population is smaller than the table.")
    now = Text("表の人が属する集団の人数を書いてください。", "Give the number of people that the table's come from.")
    return Problem("small-population", where, what, now)


class PopulationUniquenessCheck(Measure):
    """A limit for the estimated share of the population that is unique in it.

    A missing value counts as a value of its own, and so does a hidden one. Classes are counted in people where the
    spec names a person. The estimate is told rounded up to three places. An empty table keeps every limit; a
    population smaller than the table stops the run (`small-population`), and so does a model that does not fit the
    table (`no-estimate`), which `dankar` never does.
    """

    label, about, source = EXPLAINED.label, EXPLAINED.about, EXPLAINED.source

    measure: Literal["population-uniqueness"] = field(Text("指標", "measure"))
    population: int = field(
        Text("母集団の人数", "population"),
        Text("表の人が属する集団の人数。", "How many people the table's come from."),
        ge=1,
    )
    model: Literal["dankar", "pitman", "zayatz", "snb"] = field(
        Text("方法", "model"),
        Text(
            "dankar は、よく当たる方法を表の割合によって選びます。", "dankar chooses by the share that the table holds."
        ),
        default="dankar",
    )
    at_most: Decimal = upper_limit()

    def limit(self) -> Text:
        """The greatest share allowed."""
        told = Text("母集団の {limit} 以下（{model}）", "at most {limit} of the population ({model})")
        return told.fill(limit=self.at_most, model=self.model)

    def evaluate(self, scope: Scope) -> Verdict:
        """Estimate the share."""
        found = sampled(scope, self.columns, None)
        sizes = class_sizes(found.sizes, found.sizes)
        if not sizes.total:
            return Verdict(ok=True, value=None)
        if sizes.total > self.population:
            raise Refused(small_population(scope.where))
        share = _MODELS[self.model](sizes, self.population)
        if share is None:
            what = Text("{model} は、この表に合いません。", "{model} does not fit this table.").fill(model=self.model)
            raise Refused(Problem("no-estimate", scope.where, what, Text("dankar にしてください。", "Use dankar.")))
        return no_more_than(share, self.at_most)


_MODELS: Final[dict[str, Callable[[ClassSizes, int], float | None]]] = {
    "dankar": lambda sizes, population: population_uniqueness(sizes, population).dankar,
    "pitman": pitman_uniqueness,
    "zayatz": zayatz_uniqueness,
    "snb": snb_uniqueness,
}
