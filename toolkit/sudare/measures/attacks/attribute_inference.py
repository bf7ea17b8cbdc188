"""Attribute inference: somebody who knows the original values of a person guesses one more from the output."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sudare.language import Text
from sudare.measures.attacks.fitting import combinations, fitting, patterns, spread_over
from sudare.measures.explained import Explained
from sudare.measures.kernel.grouping import by_key, lengths, starts_of
from sudare.measures.kernel.sums import total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.attacks.facing import Facing
    from sudare.measures.attacks.fitting import Combinations
    from sudare.measures.kernel.encoding import Real, Truth, Whole

EXPLAINED: Final = Explained(
    Text("属性の推定", "attribute inference"),
    Text(
        "ある人の元の値を知る人が、その人でありうる記録の多数派の値を答えたとき、当たる割合です。"
        "表全体の多数派を答えるだけの当て推量と比べます。",
        "The share of people for whom the commonest value among the records that could be theirs is the right one. "
        "It is told beside guessing the commonest value of the whole table.",
    ),
    "Machanavajjhala, Gehrke, Kifer and Venkitasubramaniam 2007",
    Text(
        "値を粗くしたり隠したりした表で使えます。ノイズや入れ替えの後では、合う記録が減り、「確実」も確実ではありません。",
        "For tables that were coarsened or suppressed. After noise or swaps fewer records fit, and what looks certain "
        "is not.",
    ),
    Text(
        "空欄は一つの値です。隠したセルはどの値とも合い、推定の答えにはなりません。",
        "A missing cell is a value; a hidden one fits every value and is never guessed.",
    ),
)
MOST_VALUES: Final = 100_000_000  # combinations known times values that could fit each
_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True)
class Inference:
    """How often the value of a column is guessed rightly; shares of `records`, None where there is none.

    `baseline`: by the commonest value of the output, without the attack. `right`: by the commonest value among the
    records that could be the person's, by the baseline where none could. `certain`: all of these have one value;
    `certain_right`: and it is the person's. Equally common values are picked by chance, so that shares are expected
    ones. `sampled` says that it was measured on an evenly spread part of the combinations.
    """

    column: str
    records: int
    baseline: float | None
    right: float | None
    certain: float | None
    certain_right: float | None
    sampled: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys."""
        return dict(vars(self))


@dataclass(frozen=True)
class _Values:
    """The values of the sensitive column by combination shown: of each, `value` and `count` from `starts` on."""

    value: Whole = field(repr=False)
    count: Whole = field(repr=False)
    starts: Whole = field(repr=False)
    many: Whole = field(repr=False)  # different values of each combination


@dataclass(frozen=True)
class _Guesses:
    """For some combinations known: the values guessed as sorted keys (combination x values), how many, and how surely."""

    key: Whole = field(repr=False)
    ties: Whole = field(repr=False)
    certain: Truth = field(repr=False)
    levels: int

    def right(self, sensitive: Facing, combination: Whole, true: Whole) -> Real:
        """Return the chance that the guess fits the true value of some records."""
        found = np.zeros(len(true))
        for fits in sensitive.fits[: len(sensitive.fits) - int(sensitive.hidden.any())]:  # the hidden layer is last
            value = fits[true]
            asked = combination * self.levels + value
            place = np.minimum(np.searchsorted(self.key, asked), max(len(self.key) - 1, 0))
            found += (value >= 0) & (self.key[place] == asked) if len(self.key) else 0
        return found / np.maximum(self.ties[combination], 1)


def attribute_inference(
    columns: Sequence[Facing], sensitive: Facing, *, counts: Whole | None = None, most: int = MOST_VALUES
) -> Inference:
    """Guess the sensitive value of every record known from those shown.

    `columns` are the quasi-identifiers; `counts` says how many records a line of the output stands for. It need not
    be known which record is whose. A guess is right where the value shown fits the true one: a label of ours fits
    every number in its stretch. Works by combinations; where these times the values that could fit are more than
    `most`, an evenly spread part of the combinations is looked at, always the same. A missing cell is a value, a
    hidden one is never guessed and makes nothing certain. Source: Machanavajjhala, Gehrke, Kifer and
    Venkitasubramaniam, l-diversity: privacy beyond k-anonymity, TKDD 2007 (homogeneity attack).

    >>> import pyarrow as pa
    >>> from sudare.measures.attacks.facing import facing
    >>> from sudare.measures.utility.sides import sides
    >>> cells = {"town": pa.chunked_array([["x", "x", "y"]]), "ill": pa.chunked_array([["flu", "flu", "cut"]])}
    >>> town, ill = (facing(sides(n, one, one, np.zeros(3, bool)), one, one) for n, one in cells.items())
    >>> found = attribute_inference([town], ill)
    >>> round(found.baseline, 3), found.right, found.certain
    (0.667, 1.0, 1.0)
    """
    ordered = sorted(columns, key=lambda column: column.name)
    records = len(sensitive.known)
    if not records or not len(sensitive.shown):
        return Inference(sensitive.name, records, None, None, None, None)
    known = combinations([column.known for column in ordered])
    shown = combinations([column.shown for column in ordered])
    values = _values(shown, sensitive, counts)
    parts = patterns(ordered, shown)
    each = sum(int(values.many[part].max()) for part in parts)
    tried = spread_over(np.arange(len(known)), max(1, most // each))
    base = _baseline(sensitive, counts)
    sums = np.zeros(4)
    size = max(1, _AT_ONCE // each)
    rank = np.full(len(known), -1)
    for start in range(0, len(tried), size):
        part = tried[start : start + size]
        rank[part] = np.arange(len(part))
        guesses = _guesses(ordered, [codes[part] for codes in known.codes], shown, values, parts, sensitive)
        lines = np.flatnonzero(rank[known.of_line] >= 0)
        sums += _sums(guesses, rank[known.of_line[lines]], sensitive, sensitive.known[lines], base[lines])
        rank[part] = -1
    right, certain, certain_right = (float(one) for one in sums[1:] / sums[0])
    baseline, sampled = total(base) / records, len(tried) < len(known)
    return Inference(sensitive.name, records, baseline, right, certain, certain_right, sampled)


def _sums(guesses: _Guesses, combination: Whole, sensitive: Facing, true: Whole, base: Real) -> Real:
    right = guesses.right(sensitive, combination, true)
    certain = guesses.certain[combination]
    guessed = np.where(guesses.ties[combination] > 0, right, base)
    return np.array([len(true), total(guessed), certain.sum(), total(certain * right)])


def _values(shown: Combinations, sensitive: Facing, counts: Whole | None) -> _Values:
    levels = len(sensitive.hidden)
    key = shown.of_line * levels + sensitive.shown
    order = by_key(key, len(shown) * levels)
    starts = starts_of(key[order])
    times = np.ones(len(key), np.int64) if counts is None else counts
    count = np.add.reduceat(times[order], starts)
    pairs = key[order][starts][count > 0]
    firsts = np.searchsorted(pairs // levels, np.arange(len(shown)))
    return _Values(pairs % levels, count[count > 0], firsts, lengths(firsts, len(pairs)))


def _guesses(  # noqa: PLR0913, PLR0917 - the two tables in combinations, and the values of one
    columns: Sequence[Facing],
    known: Sequence[Whole],
    shown: Combinations,
    values: _Values,
    parts: Sequence[Whole],
    sensitive: Facing,
) -> _Guesses:
    """Find the commonest values among the records that each combination known could be."""
    levels, many = len(sensitive.hidden), len(known[0])
    keys, times = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for ours, theirs in fitting(columns, known, shown, parts):
        of_pair = np.repeat(np.arange(len(ours)), values.many[theirs])
        place = np.arange(len(of_pair)) - np.repeat(np.cumsum(values.many[theirs]), values.many[theirs])
        place += np.repeat(values.starts[theirs] + values.many[theirs], values.many[theirs])
        keys.append(ours[of_pair] * levels + values.value[place])
        times.append(values.count[place])
    key, count = np.concatenate(keys), np.concatenate(times)
    order = by_key(key, many * levels)
    starts = starts_of(key[order])
    key, count = key[order][starts], _added(count[order], starts)
    alone = np.bincount(key // levels, minlength=many) == 1
    seen = ~sensitive.hidden[key % levels]
    key, count = key[seen], count[seen]
    top = np.zeros(many, np.int64)
    np.maximum.at(top, key // levels, count)
    best = key[count == top[key // levels]]
    ties = np.bincount(best // levels, minlength=many)
    return _Guesses(best, ties, alone & (ties == 1), levels)


def _added(values: Whole, starts: Whole) -> Whole:
    return np.add.reduceat(values, starts) if len(starts) else np.empty(0, np.int64)


def _baseline(sensitive: Facing, counts: Whole | None) -> Real:
    """Return for each record known the chance that the commonest value of the output fits its own."""
    levels = len(sensitive.hidden)
    many = np.zeros(levels, np.int64)
    np.add.at(many, sensitive.shown, 1 if counts is None else counts)
    many[sensitive.hidden] = 0
    best = np.flatnonzero(many == many.max()) if many.any() else np.empty(0, np.int64)
    guess = _Guesses(best, np.array([len(best)]), np.zeros(1, bool), levels)
    return guess.right(sensitive, np.zeros(len(sensitive.known), np.int64), sensitive.known)
