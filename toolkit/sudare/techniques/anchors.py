"""Finds the places to which somebody comes back, such as home and workplace, as anyone who holds the positions could.

What is found here stays in memory: it is the very thing that must not leave. Nobody writes it into a table, a log or
a message; only counts of people are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Numbers = NDArray[np.float64]
    Flags = NDArray[np.bool_]

EARTH = 6_371_008.8  # metres, mean radius (IUGG)
CELL = 100.0  # metres: a GPS fix in a building strays by some tens of metres, so that 3 by 3 cells hold a place
SECOND = 1_000_000  # in microseconds, the unit of all times here
HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
LONGEST_STAY = 3 * HOUR  # the most that one fix counts: for how long a device that tells nothing stayed is unknown
LEAST_A_DAY = HOUR // 2  # on a day that counts
NIGHT = ((0, 6 * HOUR), (22 * HOUR, 30 * HOUR))  # within the day of the fix, a stay going on past midnight
WORK = ((9 * HOUR, 17 * HOUR),)
NOON = 12 * HOUR
SATURDAY = 5  # counted from Monday, 0
THURSDAY = 3  # the day that 1970-01-01 was
MOST_PLACES = 3  # of one person by night, and by day
DEGREE = EARTH * np.pi / 180  # metres
# A cell's key holds person, row and column of the grid: 24, 18 and 20 bits. One degree has 1,113 rows of 100 m.
ROW_BITS, COLUMN_BITS = 18, 20
MOST_PEOPLE = 2**24
AROUND = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1))


@dataclass(frozen=True)
class Fixes:
    """Positions at moments, row by row in any order: whose (codes from 0), when (local time), and where in degrees."""

    person: Whole
    moment: Whole  # microseconds since 1970-01-01
    latitude: Numbers
    longitude: Numbers

    def only(self, wanted: Flags | Whole) -> Fixes:
        """Return some of them, in the order wanted."""
        return Fixes(self.person[wanted], self.moment[wanted], self.latitude[wanted], self.longitude[wanted])


@dataclass(frozen=True)
class Anchors:
    """Places to which people come back: whose, where, and whether by night (a home) or on working days."""

    person: Whole
    latitude: Numbers
    longitude: Numbers
    by_night: Flags


def on_earth(latitude: Numbers, longitude: Numbers) -> Flags:
    """Say which numbers are degrees of a place at all; missing ones (NaN) are not.

    >>> on_earth(np.array([33.8, 133.0, np.nan]), np.array([132.8, 33.0, 132.8])).tolist()
    [True, False, False]
    """
    return np.asarray((np.abs(latitude) <= 90) & (longitude >= -180) & (longitude <= 360))  # noqa: PLR2004 - degrees


def metres_between(latitude: Numbers, longitude: Numbers, other_latitude: Numbers, other_longitude: Numbers) -> Numbers:
    """Return the distance along the Earth, taken as a sphere (the haversine formula; off by 0.5 % at most).

    >>> [one] = metres_between(*(np.array([n]) for n in (33.0, 133.0, 33.0, 133.001)))
    >>> round(float(one), 1)
    93.3
    """
    south, north = np.radians(latitude), np.radians(other_latitude)
    east = np.radians(other_longitude - longitude)
    part = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * np.sin(east / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.clip(part, 0, 1))))


def moved(latitude: Numbers, longitude: Numbers, metres: Numbers, bearing: Numbers) -> tuple[Numbers, Numbers]:
    """Return the places that lie so many metres away, in a direction in radians from north to east.

    >>> there = moved(*(np.array([n]) for n in (33.0, 133.0, 500.0, 1.0)))
    >>> round(float(metres_between(np.array([33.0]), np.array([133.0]), *there)[0]), 6)
    500.0
    """
    start, angle = np.radians(latitude), metres / EARTH
    end = np.arcsin(np.clip(np.sin(start) * np.cos(angle) + np.cos(start) * np.sin(angle) * np.cos(bearing), -1, 1))
    east = np.arctan2(np.sin(bearing) * np.sin(angle) * np.cos(start), np.cos(angle) - np.sin(start) * np.sin(end))
    return np.degrees(end), longitude + np.degrees(east)


def anchors_of(fixes: Fixes, share: float, days: int) -> Anchors:
    """Infer where people live and work, from how long they stay where: by night, and from nine to five on weekdays.

    A fix counts for the time until the person's next one, three hours at most, as far as that time lies in the night
    (22 to 6) or in working hours; public holidays count as working days. Places are grids of 100 m with the eight
    around each. A place is an anchor from `share` of the person's time on, on at least `days` days of half an hour:
    at most three by night and three by day, a day's one within 100 m of a night's one being the same. It stands at
    the fix next to the middle of its fixes, so that no anchor ever lies where no fix does. Fixes that are nowhere on
    Earth are passed over.

    >>> day = np.arange(4) * DAY
    >>> there = Fixes(*(np.tile(part, 4) for part in (np.zeros(2, np.int64), np.zeros(2, np.int64),
    ...     np.array([33.0, 33.1]), np.array([133.0, 133.1]))))
    >>> there = Fixes(there.person, np.repeat(day, 2) + np.tile([1 * HOUR, 7 * HOUR], 4), *(
    ...     there.latitude, there.longitude))
    >>> found = anchors_of(there, 0.2, 2)
    >>> found.latitude.tolist(), found.by_night.tolist()
    ([33.0, 33.1], [True, False])
    """
    real = on_earth(fixes.latitude, fixes.longitude)
    fixes = fixes.only(real)
    fixes = fixes.only(np.lexsort((fixes.longitude, fixes.latitude, fixes.moment, fixes.person)))
    stay = np.clip(np.diff(fixes.moment, append=0), 0, LONGEST_STAY)
    stay[np.flatnonzero(np.diff(fixes.person, append=-1))] = 0  # after a person's last fix nothing is known
    start = fixes.moment % DAY
    working = (fixes.moment // DAY + THURSDAY) % 7 < SATURDAY
    night = sum(_within(start, start + stay, *hours) for hours in NIGHT)
    work = sum(_within(start, start + stay, *hours) for hours in WORK) * working
    # A night is counted under the day on which it begins, a working day under its own.
    homes = _places(fixes, np.asarray(night), (fixes.moment - NOON) // DAY, share, days)
    works = _places(fixes, np.asarray(work), fixes.moment // DAY, share, days)
    works = works.only(~near(works, homes, CELL)) if len(works.person) else works
    return Anchors(
        np.r_[homes.person, works.person],
        np.r_[homes.latitude, works.latitude],
        np.r_[homes.longitude, works.longitude],
        np.arange(len(homes.person) + len(works.person)) < len(homes.person),
    )


def near(fixes: Fixes, places: Fixes | Anchors, metres: float) -> Flags:
    """Say which fixes lie within so many metres of a place of the same person."""
    found = np.zeros(len(fixes.person), np.bool_)
    if not len(places.person):
        return found
    order = np.argsort(places.person, kind="stable")
    people, starts, counts = np.unique(places.person[order], return_index=True, return_counts=True)
    which = np.clip(np.searchsorted(people, fixes.person), 0, len(people) - 1)
    known = np.flatnonzero(people[which] == fixes.person)
    for nth in range(int(counts.max())):
        mine = known[counts[which[known]] > nth]
        place = order[starts[which[mine]] + nth]
        far = metres_between(
            fixes.latitude[mine], fixes.longitude[mine], places.latitude[place], places.longitude[place]
        )
        found[mine] |= far <= metres
    return found


def _within(start: Whole, end: Whole, first: int, last: int) -> Whole:
    return np.asarray(np.clip(np.minimum(end, last) - np.maximum(start, first), 0, None))


def _places(fixes: Fixes, spent: Whole, date: Whole, share: float, days: int) -> Fixes:
    """Return the places where people spent most of some time, person by person: the heaviest first."""
    counts = spent > 0
    fixes, spent, date = fixes.only(counts), spent[counts], date[counts]
    if not len(spent):
        return fixes
    row, column = _cells(fixes)
    keys = (fixes.person << (ROW_BITS + COLUMN_BITS)) + (row << COLUMN_BITS) + column
    cells, cell = np.unique(keys, return_inverse=True)
    owner = cells >> (ROW_BITS + COLUMN_BITS)
    beside = [_at(cells, cells + (rows << COLUMN_BITS) + columns) for rows, columns in AROUND]
    whole = np.bincount(fixes.person, spent)
    found = []
    left = np.bincount(cell, spent)  # sums of whole numbers below 2^53: exact in any order
    for _ in range(MOST_PLACES):
        around = sum(np.where(there < len(cells), np.append(left, 0)[there], 0) for there in beside)
        best = _first_of_each(owner, np.lexsort((-left, -np.asarray(around), owner)))
        best_of = np.zeros(len(whole), np.int64)
        best_of[owner[best]] = best
        middle = cells[best_of[fixes.person]]
        here = (left[cell] > 0) & _touch(keys, middle)
        enough = np.bincount(fixes.person[here], spent[here], len(whole)) >= np.maximum(share * whole, 1)
        enough &= _days(fixes.person[here], date[here], spent[here], len(whole)) >= days
        chosen = here & enough[fixes.person]
        found.append(_in_the_middle(fixes.only(chosen), spent[chosen]))
        left[cell[here]] = 0
    return _together(found)


def _together(found: Sequence[Fixes]) -> Fixes:
    """Return several fixes as one, person by person."""
    whole = Fixes(
        np.concatenate([one.person for one in found]),
        np.concatenate([one.moment for one in found]),
        np.concatenate([one.latitude for one in found]),
        np.concatenate([one.longitude for one in found]),
    )
    return whole.only(np.argsort(whole.person, kind="stable"))


def _cells(fixes: Fixes) -> tuple[Whole, Whole]:
    """Return row and column of each fix in a grid of `CELL` metres; columns are as wide as rows where the person is."""
    fixes_of = np.bincount(fixes.person)
    about = np.round(np.bincount(fixes.person, fixes.latitude) / np.maximum(fixes_of, 1))
    narrow = np.maximum(np.cos(np.radians(about)), 0.01)[fixes.person]
    row = np.floor(fixes.latitude * (DEGREE / CELL)).astype(np.int64) + (1 << (ROW_BITS - 1))
    column = np.floor(fixes.longitude * narrow * (DEGREE / CELL)).astype(np.int64) + (1 << (COLUMN_BITS - 1))
    return row, column


def _at(cells: Whole, wanted: Whole) -> Whole:
    """Return the places of keys among sorted ones; the number of all where one is not there."""
    place = np.searchsorted(cells, wanted)
    there = cells[np.minimum(place, len(cells) - 1)] == wanted
    return np.where(there, place, len(cells))


def _touch(keys: Whole, middle: Whole) -> Flags:
    """Say which cells are their person's middle one, or one of the eight around it."""
    columns = (1 << COLUMN_BITS) - 1
    rows = np.abs((keys >> COLUMN_BITS) - (middle >> COLUMN_BITS))
    return np.asarray((rows <= 1) & (np.abs((keys & columns) - (middle & columns)) <= 1))


def _days(person: Whole, date: Whole, spent: Whole, people: int) -> Whole:
    """Return on how many days each person spent half an hour or more."""
    if not len(person):
        return np.zeros(people, np.int64)
    order = np.lexsort((date, person))
    new = np.r_[True, (np.diff(person[order]) != 0) | (np.diff(date[order]) != 0)]
    starts = np.flatnonzero(new)
    long = np.add.reduceat(spent[order], starts) >= LEAST_A_DAY
    return np.bincount(person[order][starts][long], minlength=people)


def _in_the_middle(fixes: Fixes, spent: Whole) -> Fixes:
    """Return each person's fix next to the middle of their fixes, weighed by the time spent."""
    if not len(spent):
        return fixes
    weight = np.maximum(np.bincount(fixes.person, spent), 1)
    north = (np.bincount(fixes.person, fixes.latitude * spent) / weight)[fixes.person]
    east = (np.bincount(fixes.person, fixes.longitude * spent) / weight)[fixes.person]
    far = metres_between(fixes.latitude, fixes.longitude, north, east)
    order = np.lexsort((fixes.longitude, fixes.latitude, far, fixes.person))
    return fixes.only(_first_of_each(fixes.person, order))


def _first_of_each(person: Whole, order: Whole) -> Whole:
    """Return the first of each person's rows in an order in which persons stand together."""
    return order[np.flatnonzero(np.diff(person[order], prepend=-1))]
