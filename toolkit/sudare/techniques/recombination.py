"""Makes records that nobody has out of records that somebody has, so that they look like one more of the same.

A record is a row of codes, one per column; records that hold the same are one *kind*, with its number of records. A new
kind starts as a copy of one that is there, its seed, and takes about half of its columns over from a few others in turn
(a hot deck of several donors): the nearest ones at least twice as far as the seed's own nearest, so that halfway between
it is about as far from them as the seed from its neighbours. Of the stages on that way the one is taken that stands to
all other records as its seed stands to them: as many columns away from the nearest, with as many pairs of values that
nobody else has, and pairs as common, on the whole and beside their values. So neither a rare pair nor a near twin gives it away more than it
would a true record. Recombining still leads towards what is common; so a new kind is kept by lot, with the odds that
true ones have over new ones, by its values and by where it stands. It gets as many copies as its seed has, so that being alone tells nothing.

Everything follows from 32 secret bytes per kind, which depend on nothing but what it holds: a table that has changed a
little gives mostly the same new records, and two such deliveries do not tell them by their difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from sudare.keystore import key_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int32]
    Counts: TypeAlias = NDArray[np.int64]
    Words: TypeAlias = NDArray[np.uint64]

POOL = 8192  # kinds that donors come from and that a new record is compared with, drawn in secret
AT_ONCE = 64  # seeds worked on together: what they need stays in the processor's cache
STAGES = 8  # donors one after another
ROUNDS = 6  # times that each seed is tried before the table is called too uniform
OWN_PAIRS = 0.01  # share of records with a pair of their own, from which on a pair of two columns may be new
HALFWAY = 2  # how much further than a seed's nearest its donors are
NEARNESS = 1 << 24  # one coarse code in common, in what orders the donors; chance adds up to two
MOST_PAIRS = 4_000_000  # of values that are counted: with many columns the pool is smaller
NEAREST = 0  # the measure of nearness, in columns below equality
COMMON = 2  # the measure of how common pairs are, as a mean of logarithms
COMPARED = 2048  # kinds, at most, on either side of a comparison of new and true ones
TRIED = 1024  # seeds, for the odds of new kinds
BANDS = 6  # of how common pairs are, each with as many true kinds
TURNS = 10  # of raking: the shares no longer change
SMOOTH = 5  # kinds added to each count, so that what is rare does not decide by chance
MOST_ODDS = 4  # more than so many seeds for one new kind are not worth their time
JUDGED_FROM = 100  # kinds; of fewer, odds would be chance
SPREAD_OVER = 512  # kinds over which the spread of each measure is taken
_MIX = np.uint64(0x9E3779B97F4A7C15)  # the odd number next to 2^64 / golden ratio: spreads codes over 64 bits
_SHIFT = np.uint64(29)


@dataclass(frozen=True)
class Kinds:
    """The different records of a table: their codes, coarse codes for nearness, records of each, secret bytes of each.

    A column may have several coarse codes, of one fineness or another: two records are the nearer the more of them they
    share. `coarse_of` says whose each is. The kinds stand in the order of their secret bytes, so that the first ones are a secret sample.
    """

    codes: Codes
    coarse: Codes
    coarse_of: Counts
    sizes: Counts
    secrets: Sequence[bytes]

    @cached_property
    def hashes(self) -> Words:
        """A number for each kind, sorted. Two kinds may share one: then a new record is refused that need not be."""
        return np.sort(_hashed(self.codes))

    def have(self, codes: Codes) -> NDArray[np.bool_]:
        """Say of each row whether it may be a kind that is there. Never false of one that is."""
        found = np.searchsorted(self.hashes, wanted := _hashed(codes))
        return np.asarray(self.hashes[np.minimum(found, len(self.hashes) - 1)] == wanted)


@dataclass(frozen=True)
class Made:
    """New kinds: their codes, how many records of each, and how well they can be told from those that are there.

    `apart` is how often a new record stands on the same side of a true one, both drawn by lot: 0.5 where nothing can be
    told, 1 where all can. It is the worst of what the records were made by, over many more than were wanted.
    """

    codes: Codes
    sizes: Counts
    apart: float


def recombined(kinds: Kinds, rows: int, tell: Callable[[float], None]) -> Made | None:
    """Make exactly `rows` new records, none of a kind that is there. None where too few can be made.

    Seeds are taken in their secret order, each at most once in a round. A kind larger than a quarter of what is wanted
    is no seed, or it would outweigh the others; what is left over when no kind is small enough goes to the last.
    """
    if min(kinds.codes.shape) < 2:  # noqa: PLR2004 - one kind or one column has nothing to recombine
        return None
    sizes = np.minimum(kinds.sizes, rows)
    least, left = int(sizes.min()), rows
    pool = _Pool.of(kinds)
    fitting = np.flatnonzero(sizes <= max(rows // 4, least))
    odds, apart = pool.odds(kinds, fitting)
    made: dict[bytes, tuple[Codes, int]] = {}
    for seeds, again in _batches(fitting):
        new = pool.offspring(kinds, seeds, again)
        for codes, size, kept in zip(new.new.codes, sizes[seeds].tolist(), new.kept(odds), strict=True):
            if not kept or size > left or (name := codes.tobytes()) in made:
                continue
            left -= size
            rest = left if left < least else 0
            left -= rest
            made[name] = codes, size + rest
            if not left:
                whole, copies = (np.array(part) for part in zip(*made.values(), strict=True))
                return Made(whole, copies, apart)
        tell(1 - left / rows)
    return None


def _batches(seeds: Counts) -> Iterator[tuple[Counts, int]]:
    return ((part, again) for again in range(ROUNDS) for part in _parts(seeds))


def _parts(seeds: Counts) -> Iterator[Counts]:
    return (seeds[start : start + AT_ONCE] for start in range(0, len(seeds), AT_ONCE))


@dataclass(frozen=True)
class _Odds:
    """With what chance a new kind is kept, by its values and by how it stands (how common, how far from the nearest).

    Found by raking: each turn sets the shares of one column right, and in the end nearly all of them are.
    """

    edges: NDArray[np.float64]
    factors: Sequence[NDArray[np.float64]]  # of each value of each column, and of each place where kinds stand
    most: float

    @classmethod
    def of(cls, true: _Standing, new: _Standing, highest: Codes) -> _Odds:
        widths = [*(highest + 1).tolist(), BANDS * (len(highest) + 1)]
        factors = [np.ones(width) for width in widths]
        edges = np.quantile(true.measures[:, COMMON], np.arange(1, BANDS) / BANDS)
        if len(new.codes) < JUDGED_FROM:
            return cls(edges, factors, 1.0)
        wanted, given = true.features(edges), new.features(edges)
        weights = np.ones(len(given))
        for _ in range(TURNS):
            for n, width in enumerate(widths):
                right = np.bincount(wanted[:, n], minlength=width) * len(given) / len(wanted)
                change = (right + SMOOTH) / (np.bincount(given[:, n], weights, width) + SMOOTH)
                factors[n] = factors[n] * change
                weights *= change[given[:, n]]
        return cls(edges, factors, min(float(weights.max()), MOST_ODDS * float(weights.mean())))

    def __call__(self, new: _Standing) -> NDArray[np.float64]:
        features = new.features(self.edges)
        chances = np.prod([factors[one] for factors, one in zip(self.factors, features.T, strict=True)], axis=0)
        return np.asarray(np.minimum(chances / self.most, 1.0))


@dataclass(frozen=True)
class _Standing:
    """Kinds, and how they stand to all others."""

    codes: Codes
    measures: NDArray[np.float64]

    def features(self, edges: NDArray[np.float64]) -> Counts:
        """Return what the odds go by: each value, and the place in which a kind stands."""
        nearest = (-self.measures[:, NEAREST]).astype(np.int64)
        place = np.searchsorted(edges, self.measures[:, COMMON]) * (self.codes.shape[1] + 1) + nearest
        return np.column_stack([self.codes.astype(np.int64), place])


@dataclass(frozen=True)
class _Offspring:
    """What came of some seeds: a kind of each, whether it may be used at all, how it stands, and an even random number."""

    new: _Standing
    possible: NDArray[np.bool_]
    lots: NDArray[np.float64]

    def kept(self, odds: _Odds) -> list[bool]:
        kept: list[bool] = (self.possible & (self.lots < odds(self.new))).tolist()
        return kept


@dataclass(frozen=True)
class _Pool:
    """A secret sample of the kinds, with all that is counted in it once."""

    codes: Codes
    coarse: Codes
    sizes: Counts
    chances: NDArray[np.uint32]  # a random number for each kind
    highest: Codes  # of each column, in all kinds
    pairs: _Pairs

    @classmethod
    def of(cls, kinds: Kinds) -> _Pool:
        columns = kinds.codes.shape[1]
        taken = min(POOL, MOST_PAIRS // max(1, columns * (columns - 1) // 2))
        codes, sizes = kinds.codes[:taken], kinds.sizes[:taken]
        # Their order is by the first bytes of the secrets: chance comes from others.
        chances = np.array([int.from_bytes(secret[8:12], "big") for secret in kinds.secrets[:taken]], np.uint32)
        highest = kinds.codes.max(axis=0)
        by_column = np.asfortranarray(codes), np.asfortranarray(kinds.coarse[:taken])
        return cls(*by_column, sizes, chances, highest, _Pairs.of(codes, sizes, highest))

    @cached_property
    def spread(self) -> NDArray[np.float64]:
        """How much each measure differs from kind to kind; a measure that never differs decides nothing."""
        some = np.arange(min(SPREAD_OVER, len(self.codes)))
        spread = self.standing(self.codes[some], some).std(axis=0)
        return np.where(spread > 0, spread, 1.0)

    def standing(self, codes: Codes, own: Counts) -> NDArray[np.float64]:
        """Return how records stand to those of the pool but their own kind (its place in the pool; none if beyond).

        In how many columns the nearest differs, how many pairs nobody else has, how common the pairs are on the whole,
        and how much more common than the values in them.
        """
        return self._standing(codes, _equal(codes, self.codes), own)

    def _standing(self, codes: Codes, equal: NDArray[np.int8], own: Counts) -> NDArray[np.float64]:
        rows = np.flatnonzero(own < len(self.codes))
        equal = equal.copy()
        equal[rows, own[rows]] = -1
        shared, alike = self.pairs.shared(codes), self._alike(codes)
        for counts in (shared, alike):
            counts[rows] -= self.sizes[own[rows], None]
        nearest = equal.max(axis=1) - len(self.codes.T)
        own_pairs, common = (shared == 0).sum(axis=1), np.log1p(shared).mean(axis=1)
        return np.column_stack([nearest, own_pairs, common, common - 2 * np.log1p(alike).mean(axis=1)])

    def _alike(self, codes: Codes) -> Counts:
        """Return how many records of the pool have each value of these records."""
        return np.column_stack([counts[one] for counts, one in zip(self.values, codes.T, strict=True)])

    @cached_property
    def values(self) -> list[Counts]:
        """The records that have each value, for each column."""
        highest = (self.highest + 1).tolist()
        counts = [np.bincount(one, self.sizes, most) for one, most in zip(self.codes.T, highest, strict=True)]
        return [one.astype(np.int64) for one in counts]

    def odds(self, kinds: Kinds, seeds: Counts) -> tuple[_Odds, float]:
        """Try some seeds and compare what comes of them with the true kinds: the odds, and how far apart they stay."""
        some = np.arange(min(COMPARED, len(self.codes)))
        true = _Standing(self.codes[some], self.standing(self.codes[some], some))
        tried = [self.offspring(kinds, part, 0) for part in _parts(seeds[:TRIED])]
        possible = np.concatenate([one.possible for one in tried])
        new = _Standing(
            np.concatenate([one.new.codes for one in tried])[possible],
            np.concatenate([one.new.measures for one in tried])[possible],
        )
        odds = _Odds.of(true, new, self.highest)
        kept = odds(new) * kinds.sizes[seeds[:TRIED]][possible]
        if not len(kept):
            return odds, 1.0
        pairs = zip(true.measures.T, new.measures.T, strict=True)
        orders = [_order(*pair, self.sizes[some], kept) for pair in pairs]
        return odds, max(max(order, 1 - order) for order in orders)

    def offspring(self, kinds: Kinds, seeds: Counts, again: int) -> _Offspring:
        """Return, for each seed, the stage of its way that stands to the others most as the seed does, if any may."""
        columns = self.codes.shape[1]
        per_stage = 1 + -(-columns // 64)
        drawn = _drawn([kinds.secrets[seed] for seed in seeds], again, STAGES * per_stage + 1)
        codes, coarse = kinds.codes[seeds], kinds.coarse[seeds]
        nobody = np.full(len(seeds), len(self.codes))
        equal = _equal(codes, self.codes)
        wanted = self._standing(codes, equal, seeds)
        apart = np.minimum(HALFWAY * -wanted[:, NEAREST], columns - 1)
        best, cost, standing = codes.copy(), np.full(len(seeds), np.inf), wanted.copy()
        for stage in range(STAGES):
            words = drawn[:, stage * per_stage : (stage + 1) * per_stage]
            donors = self._donors(coarse, columns - equal < apart[:, None], words[:, 0])
            taken = _bits(words[:, 1:], columns)
            codes = np.where(taken, self.codes[donors], codes)
            coarse = np.where(taken[:, kinds.coarse_of], self.coarse[donors], coarse)
            equal = _equal(codes, self.codes)
            stands = self._standing(codes, equal, nobody)
            off = np.abs(stands - wanted) / self.spread
            price = np.where(kinds.have(codes) | self.pairs.out_of_place(codes), np.inf, off.sum(axis=1))
            better = price < cost
            best[better], cost[better], standing[better] = codes[better], price[better], stands[better]
        return _Offspring(_Standing(best, standing), np.isfinite(cost), drawn[:, -1].astype(np.float64) * 2.0**-64)

    def _donors(self, coarse: Codes, too_near: NDArray[np.bool_], words: Words) -> Counts:
        """Draw a near kind for each record, none that is too near. Chance may outdo up to two columns of nearness."""
        away = (self.coarse.shape[1] - _equal(coarse, self.coarse)).astype(np.uint32)
        chance = (self.chances[None, :] ^ (words[:, None] >> np.uint64(32)).astype(np.uint32)) >> np.uint32(7)
        order = away * np.uint32(NEARNESS) + chance
        order[too_near] = np.iinfo(np.uint32).max
        return np.asarray(order.argmin(axis=1))


@dataclass(frozen=True)
class _Pairs:
    """How many records of the pool share each pair of values, for every two columns."""

    first: Counts
    second: Counts
    widths: Counts  # codes that the second column has
    starts: Counts  # of the numbers of a pair of columns
    known: Counts  # numbers of the pairs that are there, sorted
    records: Counts  # of each
    may_be_new: NDArray[np.bool_]  # between which two columns true records have pairs of their own

    @classmethod
    def of(cls, codes: Codes, sizes: Counts, highest: Codes) -> _Pairs:
        first, second = np.triu_indices(codes.shape[1], 1)
        codes_of = highest.astype(np.int64) + 1
        starts = np.concatenate([[0], np.cumsum(codes_of[first] * codes_of[second])[:-1]])
        numbers = _pair_numbers(codes, first, second, codes_of[second], starts)
        known, where = np.unique(numbers, return_inverse=True)
        where = where.reshape(numbers.shape)
        records = np.bincount(where.ravel(), np.repeat(sizes, len(first)), len(known)).astype(np.int64)
        own = (records[where] == 1).sum(axis=0) / sizes.sum()
        return cls(first, second, codes_of[second], starts, known, records, own >= OWN_PAIRS)

    def shared(self, codes: Codes) -> Counts:
        """Return how many records of the pool have each pair of these records."""
        numbers = _pair_numbers(codes, self.first, self.second, self.widths, self.starts)
        found = np.minimum(np.searchsorted(self.known, numbers), len(self.known) - 1)
        return np.where(self.known[found] == numbers, self.records[found], 0)

    def out_of_place(self, codes: Codes) -> NDArray[np.bool_]:
        """Say which records hold a new pair of two columns between which hardly any record has a pair of its own."""
        return np.asarray(((self.shared(codes) == 0) & ~self.may_be_new).any(axis=1))


def _pair_numbers(codes: Codes, first: Counts, second: Counts, widths: Counts, starts: Counts) -> Counts:
    return codes[:, first].astype(np.int64) * widths + codes[:, second] + starts


def _order(
    true: NDArray[np.float64], made: NDArray[np.float64], records: Counts, dummies: NDArray[np.float64]
) -> float:
    """Return the chance that a new record measures more than a true one; equal ones count half."""
    values, where = np.unique(np.concatenate([true, made]), return_inverse=True)
    trues = np.bincount(where[: len(true)], records, len(values))
    news = np.bincount(where[len(true) :], dummies, len(values))
    below = np.cumsum(trues) - trues / 2
    return float((news * below).sum() / (news.sum() * trues.sum()))


def _equal(codes: Codes, others: Codes) -> NDArray[np.int8]:
    """Count, for each record and each other one, the columns in which they are equal."""
    count = np.zeros((len(codes), len(others)), np.int8)
    for one, other in zip(codes.T, others.T, strict=True):
        count += one[:, None] == other[None, :]
    return count


def _drawn(secrets: list[bytes], again: int, count: int) -> Words:
    return np.array([key_stream(secret, count * (again + 1))[count * again :] for secret in secrets])


def _bits(words: Words, count: int) -> NDArray[np.bool_]:
    places = np.arange(count)
    bits = (words[:, places // 64] >> (places % 64).astype(np.uint64)) & np.uint64(1)
    return np.asarray(bits == 1)


def _hashed(codes: Codes) -> Words:
    number = np.zeros(len(codes), np.uint64)
    for column in codes.T:
        number = (number ^ (number >> _SHIFT) ^ column.astype(np.uint64)) * _MIX
    return number
