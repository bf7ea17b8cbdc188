"""Which cells to hide where a hidden cell is a value of its own: rows that are rare hide the same keys together."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sudare.techniques.hiding.classes import ANY, sizes_of

if TYPE_CHECKING:
    from sudare.techniques.hiding.classes import Codes, Truth, Whole


def hide_alike(codes: Codes, k: int, ranks: Whole, people: Whole | None = None) -> list[Truth]:
    """Return for each key which rows lose their cell, so that every class has `k` rows, and `k` people.

    Rare rows that agree but for one key hide that one where they are enough, then but for two, and so on; the keys of
    high rank come first. What is left hides all its keys together, or joins the classes nearest to it, whichever takes
    fewer cells; a class that can spare people gives as many as are needed, else it goes along as a whole. There are at
    least `k` people.
    """
    after = codes.copy()
    sizes = sizes_of(after, people)
    keys = range(len(codes))
    for count in range(1, len(codes) + 1):
        for chosen in sorted(combinations(keys, count), key=lambda some: sorted(-ranks[list(some)])):
            rare = sizes < k
            if not rare.any():
                return _hidden(codes, after)
            # Only these can be alike once the rare ones hide the keys.
            some = np.flatnonzero(rare | (after[list(chosen)] == ANY).all(axis=0))
            tried = after[:, some]
            for key in chosen:
                tried[key, rare[some]] = ANY
            now = sizes_of(tried, None if people is None else people[some])
            kept = rare[some] & (now < k)  # a rare class settles as a whole or stays as it was
            after[:, some[~kept]] = tried[:, ~kept]
            sizes[some[~kept]] = now[~kept]
    if (sizes < k).any():
        together, near = _together(after, sizes, k, people), _near(after, sizes, k, ranks, people)
        after = near if (near == ANY).sum() <= (together == ANY).sum() else together
    return _hidden(codes, after)


def _together(codes: Codes, sizes: Whole, k: int, people: Whole | None) -> Codes:
    """Hide all keys of the rows that are left, with those of as many others of the largest class as they need."""
    after = codes.copy()
    blank = (sizes < k) | (after == ANY).all(axis=0)
    short = k - len(np.unique(_who(people, len(sizes))[blank]))
    if short > 0:
        others = np.flatnonzero(~blank)
        giving = _alike(after, _first(after, others, -sizes[others]))
        blank |= _given(giving, blank, short, k, _who(people, len(sizes)))
    after[:, blank] = ANY
    return after


def _near(codes: Codes, sizes: Whole, k: int, ranks: Whole, people: Whole | None) -> Codes:
    """Let each class that is left and the class nearest to it hide the keys in which they differ."""
    after, sizes = codes.copy(), sizes.copy()
    who = _who(people, len(sizes))
    price = (1 << len(ranks)) + (1 << (len(ranks) - ranks))  # fewest keys first, then the least important
    while (sizes < k).any():
        rare = np.flatnonzero(sizes < k)
        one = _first(after, rare, np.zeros(len(rare), np.int64))
        mine = _alike(after, one)
        costs = price @ (after != after[:, one : one + 1])
        beside = np.flatnonzero(~mine & (costs == costs[~mine].min()))
        other = _first(after, beside, -sizes[beside])
        differ = after[:, one] != after[:, other]
        joined = mine | _given(_alike(after, other), mine, k - int(sizes[one]), k, who)
        after[np.ix_(differ, joined)] = ANY
        sizes = sizes_of(after, people)
    return after


def _given(giving: Truth, taking: Truth, short: int, k: int, who: Whole) -> Truth:
    """Return which rows of a class go to rows that are some people short: theirs, or all if it cannot spare so many."""
    people = list(dict.fromkeys(who[giving].tolist()))
    there = set(who[taking].tolist())
    chosen = [person for person in people if person not in there][:short]
    if len(chosen) < short or len(people) - short < k:
        return giving
    return giving & np.isin(who, chosen)


def _first(codes: Codes, some: Whole, before: Whole) -> int:
    """Return the first of some rows by a number and then by content, whatever the order of the rows."""
    return int(some[np.lexsort((*codes[::-1, some], before))[0]])


def _alike(codes: Codes, row: int) -> Truth:
    return np.asarray((codes == codes[:, row : row + 1]).all(axis=0))


def _who(people: Whole | None, rows: int) -> Whole:
    return np.arange(rows) if people is None else people


def _hidden(before: Codes, after: Codes) -> list[Truth]:
    return [(new == ANY) & (old != ANY) for old, new in zip(before, after, strict=True)]
