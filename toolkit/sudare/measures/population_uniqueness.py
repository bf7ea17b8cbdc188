"""Dankar's rule: which estimate of the population's uniques to believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.pitman_uniqueness import pitman_uniqueness
from sudare.measures.snb_uniqueness import snb_uniqueness
from sudare.measures.zayatz_uniqueness import zayatz_uniqueness

if TYPE_CHECKING:
    from sudare.measures.class_sizes import ClassSizes

EXPLAINED: Final = Explained(
    Text("母集団一意", "population uniques"),
    Text(
        "表で一人だけでなく、母集団でも一人だけの人がどれだけいるかの見積もりです。標本の割合によって、よく当たる方法を選びます。",
        "An estimate of the share of people who are alone not only in the table but in the population. The method is "
        "chosen by how much of the population the table holds.",
    ),
    "Dankar, El Emam, Neisa and Roffey 2012",
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
