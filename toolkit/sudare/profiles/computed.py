"""Columns that can be worked out from others by a rule everybody knows: a year of birth and an age, BMI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

TELLS: Final = 0.97  # of the rows; typing errors break a rule here and there
FEWEST: Final = 30  # rows by which a rule is believed
_HALF_A_UNIT: Final = 0.6  # a BMI is written with one decimal; height and weight too
_TALLEST: Final = 3  # metres; a greater height is written in centimetres


def adds_up(years: Numbers, ages: Numbers) -> bool:
    """Say whether a year of birth and an age add up to nearly the same year in nearly every row.

    The birthday of the year may have come or not, hence a year more or less. No number may be missing.

    >>> adds_up(np.arange(1940.0, 2000.0), np.arange(85.0, 25.0, -1)), adds_up(np.arange(60.0), np.arange(60.0))
    (True, False)
    """
    if len(years) < FEWEST:
        return False
    sums = years + ages
    return bool(np.mean(np.abs(sums - np.median(sums)) <= 1) >= TELLS)


def is_body_mass_index(heights: Numbers, weights: Numbers, indices: Numbers) -> bool:
    """Say whether numbers are the weight (kg) over the squared height (m or cm) in nearly every row.

    No number may be missing.

    >>> tall, heavy = np.linspace(150, 190, 50), np.linspace(45, 90, 50)
    >>> is_body_mass_index(tall, heavy, np.round(heavy / (tall / 100) ** 2, 1)), is_body_mass_index(tall, heavy, tall)
    (True, False)
    """
    if len(heights) < FEWEST:
        return False
    metres = heights / 100 if np.median(heights) > _TALLEST else heights
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return bool(np.mean(np.abs(weights / metres**2 - indices) <= _HALF_A_UNIT) >= TELLS)
