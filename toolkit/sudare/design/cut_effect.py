"""What a cut does, in numbers that may be shown, and the sentences that tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sudare.language import NOTHING, Text
from sudare.profiles.small_counts import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

Side = Literal["above", "below"]

_PEOPLE, _RECORDS = Text("{n}人", "{n} people"), Text("{n}件", "{n} records")
_FEW_PEOPLE, _FEW_RECORDS = Text("{n}人未満", "fewer than {n} people"), Text("{n}件未満", "fewer than {n} records")
_MOST_PEOPLE = Text("{n}人以上", "{n} people or more")
_MOST_RECORDS = Text("{n}件以上", "{n} records or more")
_NOBODY = Text("ありません", "none")
_BEYOND = Text("{where}: {count}{share}", "{where}: {count}{share}")
_SHARE = Text("（全体の{share}）", " ({share} of all)")
_SMALLEST = Text("層ごとの最少: {count}", "smallest group of a stratum: {count}")
_SMALL_STRATA = Text("（{n}人に満たない層が{strata}）", " (below {n} in {strata} strata)")
_LEAST_SHARE = 0.001
_K = Text("k = {k}", "k = {k}")
_K_WAS = Text("k = {k}（切る前は {was}）", "k = {k} ({was} before the cut)")
_BELOW = Text("k が {limit} に満たない組: {count}", "in classes below {limit}: {count}")
_BELOW_WAS = Text(
    "k が {limit} に満たない組: {count}（切る前は {was}）", "in classes below {limit}: {count} ({was} before)"
)


@dataclass(frozen=True)
class CutEffect:
    """What stands once the values beyond a cut are one class.

    `beyond` and `smallest` count people where a unit was given (`people`), else records; `below` counts records in
    classes smaller than `limit`. Counts under the small-count limit are "<10", a count that leaves only few over is
    ">=10". `share` is of all, None where the count is not told. `smallest` is None without strata or with nobody
    beyond; `small_strata` is how many strata have somebody beyond, but too few. `k` is None for an empty table.
    Without a cut (`where` is None) `k` and `below` are those of the table.
    """

    where: Text | None
    beyond: int | str
    share: float | None
    k: int | None
    k_before: int | None
    below: int | str
    below_before: int | str
    limit: int
    smallest: int | str | None
    small_strata: int
    people: bool

    def sentences(self) -> tuple[Text, ...]:
        """Return the effect in short sentences, one a line: count beyond, smallest group, k, records below k."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Text]:
        if self.where is not None:
            share = NOTHING if self.share is None else _SHARE.fill(share=_percent(self.share))
            yield _BEYOND.fill(where=self.where, count=counted(self.beyond, people=self.people), share=share)
        if self.smallest is not None:
            smallest = _SMALLEST.fill(count=counted(self.smallest, people=self.people))
            few = _SMALL_STRATA.fill(n=LIMIT, strata=self.small_strata) if self.small_strata else NOTHING
            yield smallest.join(few, by="")
        if self.k is not None:
            yield (_K if self.where is None else _K_WAS).fill(k=self.k, was=self.k_before)
            below, was = (counted(n, people=False) for n in (self.below, self.below_before))
            yield (_BELOW if self.where is None else _BELOW_WAS).fill(limit=self.limit, count=below, was=was)


def _percent(share: float) -> str:
    """Return a share to a tenth of a percent; what is there, but less, is told as less."""
    return "<0.1%" if 0 < share < _LEAST_SHARE else f"{share:.1%}"


def counted(count: int | str, *, people: bool) -> Text:
    """Say a count that may be shown in words.

    >>> counted(1200, people=True), counted("<10", people=False).en
    (Text(ja='1,200人', en='1,200 people'), 'fewer than 10 records')
    """
    if isinstance(count, int):
        return (_PEOPLE if people else _RECORDS).fill(n=f"{count:,}") if count else _NOBODY
    if count.startswith("<"):
        return (_FEW_PEOPLE if people else _FEW_RECORDS).fill(n=count.removeprefix("<"))
    return (_MOST_PEOPLE if people else _MOST_RECORDS).fill(n=count.removeprefix(">="))
