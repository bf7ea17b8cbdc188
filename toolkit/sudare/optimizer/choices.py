"""Several designs of one table to pick from: none of them is both riskier and of greater loss than another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sudare.errors import Refused
from sudare.optimizer.search import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.language import Language
    from sudare.optimizer.found import Search
    from sudare.optimizer.search import Task
    from sudare.tables.table import Given

KS = (2, 3, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Choice:
    """One design: the smallest class left, the risk of being recognised, and what was found.

    `highest` is the risk of whoever is in the smallest class, 1 / its size; `mean` that of all records left, classes /
    records (both for a reader who knows that a person is in the table). None where no record is left.
    """

    smallest: int | None
    highest: float | None
    mean: float | None
    search: Search


def choices(  # noqa: PLR0913 - what the designs differ in, each by name
    source: Given,
    task: Task,
    *,
    ks: Iterable[int] = KS,
    suppress: Iterable[float] | None = None,
    seconds: float | None = None,
    lang: Language | None = None,
) -> tuple[Choice, ...]:
    """Search for the least loss under each k (and each share of records that may go) and keep the best.

    The other goals are those of the task. A design is left out where another one has no larger class risk and no
    greater loss (losses of designs with suppressed records count those as lost). `seconds` are for each search; goals
    that no levels keep, or that were not found in time, are passed over. In the order of falling risk, growing loss.
    Errors: as `search`; `out-of-reach` only where no goal was kept at all.
    """
    prepared = Prepared.of(source, task, lang=lang)
    found: list[Choice] = []
    refused: Refused | None = None
    for share in [task.suppress] if suppress is None else suppress:
        allowed = replace(prepared, task=replace(task, suppress=share))
        for k in sorted(set(ks)):
            try:
                search = allowed.found(replace(task.goals, k=k), seconds=seconds)
            except Refused as error:
                refused = error
                break  # a larger k is further out of reach
            found.append(_choice(prepared, search, k))
    if not found and refused is not None:
        raise refused
    return _best(found)


def _choice(prepared: Prepared, search: Search, k: int) -> Choice:
    table = prepared.combinations
    levels = tuple(search.levels.values())
    goals = replace(prepared.task.goals, k=k)
    _, missed = goals.missed(table, levels)
    classes, space = table.classes(levels)
    sizes = table.sizes(classes, space)[np.unique(classes[~missed])]
    if not len(sizes):
        return Choice(None, None, None, search)
    smallest = int(sizes.min())
    return Choice(smallest, 1 / smallest, len(sizes) / float(sizes.sum()), search)


def _best(found: Iterable[Choice]) -> tuple[Choice, ...]:
    """Keep those that no other one is as good as in both ways."""
    kept: list[Choice] = []
    for one in sorted(found, key=lambda choice: (choice.search.loss, choice.highest or 0.0)):
        if not kept or (one.highest or 0.0) < (kept[-1].highest or 0.0):
            kept.append(one)
    return tuple(kept)
