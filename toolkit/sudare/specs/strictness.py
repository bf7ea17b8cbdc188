"""Which of two limits is the stricter one: for telling a change of a check, and for what a policy asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.measures import Measure

# A limit by the name of its parameter: 1 where a larger number is stricter, -1 where a smaller one is. A lower
# threshold counts more records; in a larger part of the population whoever is found is more surely the right one.
_LIMITS = {"at_least": 1, "at_most": -1, "c": -1, "threshold": -1, "fraction": 1}
_BY_THEMSELVES = frozenset({"at_least", "at_most"})  # left out, they limit nothing; `c` belongs to one kind
# Kinds of l-diversity: with the same l, a class that meets one of the later two meets the first.
_WEAKEST_KIND = "distinct"


def loosens(name: str, old: Any, new: Any) -> bool | None:  # noqa: ANN401 - any parameter of a check
    """Say whether a parameter's change lets more through (True) or less (False); None where neither can be said.

    More columns make smaller classes: they are stricter, under every measure over classes. (Estimates of a population
    follow as a rule, which is not proved.)

    >>> loosens("at_least", 5, 3), loosens("at_least", 3, 5), loosens("measure", "a", "b")
    (True, False, None)
    """
    if name == "columns":
        before, after = _names(old), _names(new)
        return None if not (before < after or after < before) else after < before
    if name == "kind" and _WEAKEST_KIND in {old, new} and old != new:
        return bool(new == _WEAKEST_KIND)
    if name == "largest" and old != new:  # left out, it is as large as can be
        return old is None or (new is not None and bool(new < old))
    return None if name not in _LIMITS or old == new else _looser(name, old, new)


def _looser(name: str, old: Any, new: Any) -> bool | None:  # noqa: ANN401 - a limit, or what is called like one
    if old is None or new is None:
        return None if name not in _BY_THEMSELVES else new is None
    if isinstance(old, str) or isinstance(new, str):  # where a column is cut is no limit
        return None
    return bool((new - old) * _LIMITS[name] < 0)


def as_strict(check: Measure, wanted: Measure, keys: Iterable[str]) -> bool:
    """Say whether a check is at least as strict as the one wanted, in the parameters named."""
    if check.measure != wanted.measure:
        return False
    return all(_reaches(key, getattr(check, key), getattr(wanted, key)) for key in keys)


def _reaches(name: str, value: Any, limit: Any) -> bool:  # noqa: ANN401 - any parameter of a check
    if name == "columns":
        return _names(limit) <= _names(value)
    return bool(value == limit) or loosens(name, limit, value) is False


def _names(columns: Iterable[str]) -> frozenset[str]:
    return frozenset(map(same_name, columns))
