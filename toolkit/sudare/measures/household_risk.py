"""Household risk: the chance that at least one member of a household is recognised, which gives away the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.kernel.sums import sums_by

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Column, Real

EXPLAINED: Final = Explained(
    Text("世帯リスク", "household risk"),
    Text(
        "世帯の誰か一人でも当たる確率です。一人が分かると、同じ世帯の人も分かります。",
        "The chance that at least one member of a household is found. One member found gives away the others.",
    ),
    "Hundepool et al. 2012",
)


def household_risk(risks: Real, households: Column) -> Real:
    """Return 1 - product of (1 - r) over the members of each line's household, for each line.

    `risks` has the individual risk of each line. A line without a household is one of its own. Members are taken for
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
    certain = np.bincount(group[np.isneginf(safe)], minlength=groups) > 0
    kept = sums_by(group, np.where(np.isneginf(safe), 0.0, safe), groups)
    return np.where(certain, 1.0, -np.expm1(kept))[group]
