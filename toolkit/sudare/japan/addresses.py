"""From an address to prefecture, municipality and ward, by a table of our own; ambiguous is said, never guessed.

The table (`municipalities.tsv`) and the names that went out of use (`old_names.tsv`) are committed; nothing is looked
up anywhere else. An address is read from its beginning: whatever follows the municipality is never kept.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

from sudare.japan.widths import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE_VERSION: Final = "2026-10"
"""Which list of municipalities answers: the date of its source. A spec and a receipt record it."""


@dataclass(frozen=True)
class Place:
    """A municipality as officially written (`余市郡余市町`); `ward` only of a designated city, '' where not given."""

    prefecture: str
    municipality: str
    ward: str


@dataclass(frozen=True)
class Ambiguous:
    """Several places are called so; `prefectures` are those of all candidates, in the order of their codes."""

    prefectures: tuple[str, ...]


@dataclass(frozen=True)
class Unresolved:
    """No municipality of the table stands at the beginning."""


UNRESOLVED: Final = Unresolved()
_POSTAL = re.compile("〒?(?:[0-9]{3}[-‐−–—―ー]?[0-9]{4})?")
_SHORTEST = 2  # 津市

# Two ways of writing one name. Both the table and the address are folded, so the direction does not matter.
# 嶋 and 島 are not among them: they tell 鹿嶋市 from 鹿島市.
_PAIRS = (
    "ヶケ がケ ガケ ヵケ 﨑崎 碕崎 髙高 龍竜 檜桧 檮梼 惠恵 澤沢 濱浜 濵浜 邊辺 邉辺 櫻桜 廣広 國国 "
    "縣県 區区 諌諫 鯵鰺 竈釜 竃釜 曾曽 瀧滝 淵渕 會会 豐豊 寶宝 眞真 與与 當当 榮栄 條条 來来 臺台 瀨瀬 "
    "驒騨 藝芸 鹽塩 壽寿 萬万 德徳 橫横 靜静 黑黒 增増 壯壮 戶戸 淸清 館舘"
)
_FOLD = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()}) | dict.fromkeys(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))  # variation selectors: the same letter in another shape
)


class _Row(NamedTuple):
    """One name in the tables: its parts, the place it stands for, and where else it is in use."""

    district: str
    name: str
    ward: str
    place: Place
    namesakes: tuple[str, ...]
    is_old: bool


def resolve(address: str) -> Place | Ambiguous | Unresolved:
    """Find the municipality at the beginning of an address.

    The prefecture may be missing where the rest is told apart without it, 郡 may be missing, a postal code may stand
    before, and variants (ヶ ケ が, 﨑 崎, 髙 高, 龍 竜, 檜 桧, full-width, spaces) are alike. The longest name wins.
    Old names of the list, and wards that are no more, give the municipality of today.

    `Ambiguous`: names that several places bear (府中市, 中央区), and a town or village written without prefecture and
    郡 whose name is a neighbourhood's elsewhere (栄町). `Unresolved`: blank, no municipality at the beginning, or one
    that does not lie in the prefecture written. Nothing is ever repaired.

    >>> resolve("〒046-0003 北海道余市町黒川町１丁目")
    Place(prefecture='北海道', municipality='余市郡余市町', ward='')
    >>> resolve("府中市宮西町2-24")
    Ambiguous(prefectures=('東京都', '広島県'))
    """
    text = _POSTAL.sub("", _folded(address), count=1) if address else ""
    known, lengths = _index()
    for length in lengths.get(text[:_SHORTEST], ()):
        found = known.get(text[:length])
        if found is not None:
            return found
    return UNRESOLVED


@functools.cache
def municipalities() -> tuple[Place, ...]:
    """Return every place that `resolve` can answer, by code: 1,892 of today and the 20 designated cities as a whole.

    >>> len(municipalities()), municipalities()[0]
    (1912, Place(prefecture='北海道', municipality='札幌市', ward=''))
    """
    return tuple(_by_code().values())


@functools.cache
def _by_code() -> dict[str, Place]:
    return {
        line["code"]: Place(line["prefecture"], line["district"] + line["name"], line["ward"])
        for line in _lines("municipalities.tsv")
    }


@functools.cache
def _index() -> tuple[dict[str, Place | Ambiguous], dict[str, tuple[int, ...]]]:
    """Return what each folded name stands for, and per first two characters how long names are, longest first."""
    places: dict[str, set[Place]] = defaultdict(set)
    elsewhere: dict[str, set[str]] = defaultdict(set)
    for row in _rows():
        for name in _names(row):
            places[_folded(row.place.prefecture + name)].add(row.place)
            places[_folded(name)].add(row.place)
        if row.name[-1] in "町村":
            # A town's bare name is a neighbourhood's elsewhere, or was: of old ones nobody has listed which.
            elsewhere[_folded(row.name)].update(row.namesakes, {row.place.prefecture} if row.is_old else ())
    known = {name: _answer(found, elsewhere[name]) for name, found in places.items()}
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in known:
        lengths[name[:_SHORTEST]].add(len(name))
    return known, {start: tuple(sorted(sizes, reverse=True)) for start, sizes in lengths.items()}


def _answer(places: set[Place], elsewhere: set[str]) -> Place | Ambiguous:
    if len(places) == 1 and not elsewhere:
        (place,) = places
        return place
    named = {place.prefecture for place in places} | elsewhere
    return Ambiguous(tuple(name for name in _prefectures().values() if name in named))


def _names(row: _Row) -> set[str]:
    if row.ward:
        return {row.name + row.ward, row.ward}
    return {row.district + row.name, row.name}


def _rows() -> Iterator[_Row]:
    prefectures, places = _prefectures(), _by_code()
    for line in _lines("municipalities.tsv"):
        codes = line["namesakes"]
        namesakes = tuple(prefectures[codes[start : start + 2]] for start in range(0, len(codes), 2))
        yield _Row(line["district"], line["name"], line["ward"], places[line["code"]], namesakes, is_old=False)
    for line in _lines("old_names.tsv"):
        yield _Row(line["district"], line["name"], line["ward"], places[line["now"]], (), is_old=True)


@functools.cache
def _prefectures() -> dict[str, str]:
    return {code[:2]: place.prefecture for code, place in _by_code().items()}


def _folded(text: str) -> str:
    return plain(text).translate(_FOLD)


def _lines(name: str) -> Iterator[dict[str, str]]:
    with resources.files("sudare.japan").joinpath(name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file, delimiter="\t")
