"""Which cells to hide where a hidden cell fits every value: greedily, over different combinations of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sudare.techniques.hiding.classes import ANY, classes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from sudare.techniques.hiding.classes import Codes, Real, Truth, Whole

    Bits = npt.NDArray[np.int32]


class Patterns:
    """The different combinations of keys, each with its rows; hiding a cell moves a row to another combination."""

    def __init__(self, codes: Codes, ranks: Whole, *, helps_first: bool) -> None:
        """Take a code for each key and row, `ANY` where missing, and the rank of each key, 1 to be hidden last."""
        self._keys, self._rows = codes.shape
        self._ranks = ranks
        self._helps_first = helps_first
        self._before = codes
        of_row = classes_of(codes)  # in the order of the codes, so that no choice depends on the order of the rows
        records = np.bincount(of_row)
        order = np.argsort(of_row, kind="stable")
        starts = np.cumsum(records) - records
        self._size = len(records)
        self._codes = np.full((self._keys, 2 * self._size), ANY, np.int32)
        self._codes[:, : self._size] = codes[:, order[starts]]
        self._counts = np.zeros(2 * self._size, np.int64)
        self._counts[: self._size] = records
        self._members = [lines.tolist() for lines in np.split(order, starts[1:])] if self._size else []
        self._place = {tuple(key): n for n, key in enumerate(self._codes[:, : self._size].T.tolist())}

    def hidden(self) -> list[Truth]:
        """Return for each key which rows lost their cell."""
        after = np.empty((self._keys, self._rows), np.int32)
        for n, lines in enumerate(self._members):
            after[:, lines] = self._codes[:, n : n + 1]
        return [(new == ANY) & (old != ANY) for old, new in zip(self._before, after, strict=True)]

    def hide(self, keys: Sequence[int], k: int, tell: Callable[[float], None]) -> None:
        """Hide cells of these keys until every row fits at least `k` rows on them, itself included.

        `tell` is given the share of the rare rows that are so no more.
        """
        chosen = np.array(keys)
        sets = _Sets(self._ranks[chosen])
        fits = self._fits(chosen)
        at_first = 0
        while len(few := np.flatnonzero((fits[: self._size] < k) & (self._counts[: self._size] > 0))):
            n = int(few[np.argmin(fits[few])])  # the rarest first: others may be helped by what it hides
            differs = self._differs(n, chosen)
            counts = self._counts[: self._size]
            enough = sets.below(differs, counts)
            rare = np.where(fits[: self._size] < k, counts, 0)
            left = int(rare.sum())
            at_first = at_first or left
            tell(1 - left / at_first)
            helped = sets.below(differs, rare)
            best = sets.choose(enough >= k, helped, helps_first=self._helps_first)
            fits[: self._size][((differs & ~best) == 0) & (differs != 0)] += 1
            fits = self._move(n, chosen[[best >> bit & 1 == 1 for bit in range(len(keys))]], fits, int(enough[best]))

    def _fits(self, keys: Whole) -> Whole:
        """Return how many rows each combination fits."""
        counts = self._counts[: self._size]
        fits = np.zeros(len(self._counts), np.int64)
        loose = np.flatnonzero((self._codes[keys, : self._size] == ANY).any(axis=0))
        firm = np.flatnonzero((self._codes[keys, : self._size] != ANY).all(axis=0))
        alike = classes_of(self._codes[np.ix_(keys, firm)])
        totals = np.zeros(len(firm), np.int64)
        np.add.at(totals, alike, counts[firm])
        fits[firm] = totals[alike]
        for n in loose.tolist():
            fitting = self._differs(n, keys) == 0
            fits[n] = counts[fitting].sum()
            fits[firm[fitting[firm]]] += counts[n]
        return fits

    def _differs(self, n: int, keys: Whole) -> Bits:
        """Return for each combination the set of keys, as bits, by which it is told from one of them."""
        bits = np.zeros(self._size, np.int32)
        for bit, key in enumerate(keys):
            mine = self._codes[key, n]
            if mine != ANY:
                theirs = self._codes[key, : self._size]
                apart = theirs != mine
                apart &= theirs != ANY
                bits += apart * np.int32(1 << bit)
        return bits

    def _move(self, n: int, hidden: Whole, fits: Whole, fitting: int) -> Whole:
        """Move one row of a combination to the one with keys hidden, which fits so many rows."""
        code = self._codes[:, n].copy()
        code[hidden] = ANY
        place = self._place.setdefault(tuple(code.tolist()), self._size)
        if place == self._size:
            fits = self._grow(fits)
            self._codes[:, place] = code
            fits[place] = fitting
            self._members.append([])
            self._size += 1
        self._members[place].append(self._members[n].pop())
        self._counts[n] -= 1
        self._counts[place] += 1
        return fits

    def _grow(self, fits: Whole) -> Whole:
        if self._size < len(self._counts):
            return fits
        more = max(self._size, 1)
        self._codes = np.concatenate([self._codes, np.full((self._keys, more), ANY, np.int32)], axis=1)
        self._counts = np.concatenate([self._counts, np.zeros(more, np.int64)])
        return np.concatenate([fits, np.zeros(more, np.int64)])


class _Sets:
    """All sets of some keys, as bits, in the order in which they are preferred: few keys, then unimportant ones."""

    def __init__(self, ranks: Whole) -> None:
        self.count = 1 << len(ranks)
        self._bits = len(ranks)
        sets = np.arange(self.count)
        member = [(sets >> bit) & 1 for bit in range(self._bits)]
        sizes = sum(member, np.zeros(self.count, np.int64))
        # A key of a lower rank weighs more than all keys of higher ranks together.
        weight = sum(
            (one << int(len(ranks) + ranks.max() - rank) for one, rank in zip(member, ranks, strict=True)), sets * 0
        )
        self._order = np.lexsort((weight, sizes))
        self._sizes = sizes

    def below(self, of: Bits, counts: Whole) -> Real:
        """Return, for each set, how many rows are told apart by no key outside it."""
        numbers = np.bincount(of, counts, minlength=self.count).astype(np.float64, copy=False)
        for bit in range(self._bits):
            pairs = numbers.reshape(-1, 2, 1 << bit)
            pairs[:, 1] += pairs[:, 0]
        return numbers

    def choose(self, enough: Truth, helped: Real, *, helps_first: bool) -> int:
        """Return the smallest set that is enough; of those the one that helps most, or the first."""
        able = self._order[enough[self._order]]
        if not helps_first:
            return int(able[0])
        able = able[self._sizes[able] == self._sizes[able[0]]]
        return int(able[np.argmax(helped[able])])
