"""How many records lie in each grid square; squares of a few are not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sudare.design.sharers import sharers
from sudare.profiles.small_counts import LIMIT
from sudare.techniques.grid_square import (
    DEPTH,
    FIRST_PER_DEGREE,
    LATITUDES,
    LENGTHS,
    LONGITUDES,
    QUARTERED,
    SPLITS,
    WEST,
    Level,
    square,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from sudare.design.levels import Levels
    from sudare.measures.kernel import Column

_ROUGHLY = 9  # digits of a count of squares: what is nearer to a border lies on it


@dataclass(frozen=True)
class Square:
    """One grid square of JIS X 0410 with its borders in degrees, and how many records lie in it, at least ten."""

    code: str
    south: float
    west: float
    north: float
    east: float
    count: int


@dataclass(frozen=True)
class Squares:
    """The squares of enough people, by code; `hidden` is how many more squares have somebody in them."""

    shown: tuple[Square, ...]
    hidden: int


def squares_of_codes(codes: Levels, unit: Column | None) -> Squares:
    """Count the records of each square named in a column of codes. What is no code is passed over."""
    return _shown(codes.texts(), codes.codes.codes.astype(np.int64), unit)


def squares_of_points(latitude: Levels, longitude: Levels, level: Level, unit: Column | None) -> Squares:
    """Count the points of each square; points without both numbers, or outside Japan, are passed over."""
    split = int(np.prod(SPLITS[: DEPTH[level]]))
    north = np.append(latitude.places(), np.nan)[np.minimum(latitude.codes.codes, len(latitude.values))]
    east = np.append(longitude.places(), np.nan)[np.minimum(longitude.codes.codes, len(longitude.values))]
    there = (north >= LATITUDES[0]) & (north < LATITUDES[1]) & (east >= LONGITUDES[0]) & (east < LONGITUDES[1])
    rows = np.floor(np.round(np.where(there, north, 0) * float(FIRST_PER_DEGREE) * split, _ROUGHLY))
    columns = np.floor(np.round(np.where(there, east - WEST, 0) * split, _ROUGHLY))
    width = (LONGITUDES[1] - WEST + 1) * split
    keys = np.where(there, rows * width + columns, -1).astype(np.int64)
    found, place = np.unique(keys, return_inverse=True)
    middles = ((key // width + 0.5, key % width + 0.5) for key in found.tolist())
    names = [square(row / split / float(FIRST_PER_DEGREE), column / split + WEST, level) for row, column in middles]
    return _shown(["" if key < 0 else name for key, name in zip(found, names, strict=True)], place, unit)


def borders(code: str) -> tuple[float, float, float, float] | None:
    """Return the south, west, north and east of a square; None where the text is no code.

    >>> borders("5339")
    (35.333333333333336, 139.0, 36.0, 140.0)
    """
    if len(code) not in LENGTHS or not code.isascii() or not code.isdecimal():
        return None
    south, west, size, rest = int(code[:2]) + 0.0, int(code[2:4]) + 0.0, 1.0, code[4:]
    for split in SPLITS:
        if not rest:
            break
        digits = 1 if split == QUARTERED else 2
        part, rest = rest[:digits], rest[digits:]
        row, column = divmod(int(part) - 1, 2) if split == QUARTERED else (int(part[0]), int(part[1]))
        if not (0 <= row < split and 0 <= column < split):
            return None
        size /= split
        south, west = south + row * size, west + column * size
    per_degree = float(FIRST_PER_DEGREE)
    return south / per_degree, west + WEST, (south + size) / per_degree, west + size + WEST


def _shown(names: Iterable[str], place: npt.NDArray[np.int64], unit: Column | None) -> Squares:
    placed = [(name, borders(name)) for name in names]
    records = np.bincount(place, minlength=len(placed))[: len(placed)]
    people = records if unit is None else sharers(place, unit, len(placed))
    some = [n for n, (_, where) in enumerate(placed) if where is not None and records[n]]
    enough = sorted((n for n in some if people[n] >= LIMIT), key=lambda n: (-int(records[n]), placed[n][0]))
    few = sum(int(records[n]) for n in some) - sum(int(records[n]) for n in enough)
    while enough and 0 < few < LIMIT:
        few += int(records[enough.pop()])  # a rest of few would tell how many they are
    shown = [Square(name, *where, int(records[n])) for n in enough for name, where in [placed[n]] if where is not None]
    return Squares(tuple(sorted(shown, key=lambda one: one.code)), len(some) - len(enough))
