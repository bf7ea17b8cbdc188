"""What is asked of a table: the columns that somebody may know, and what else is to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from sudare.errors import Problem, UsageError
from sudare.language import NOTHING, Text
from sudare.tables.schema import same_name

if TYPE_CHECKING:
    from collections.abc import Iterator

Missing: TypeAlias = Literal["value", "wildcard"]


@dataclass(frozen=True)
class Question:
    """What `risk` is to measure; names are those of the file's columns. Refuses what cannot be meant, all at once."""

    qi: tuple[str, ...]
    sensitive: str | None = None
    weight: str | None = None
    unit: str | None = None
    k: int = 5
    suda: int | None = None
    missing: Missing = "value"
    population: int | None = None
    household: str | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without the table. Raises `UsageError`."""
        if problems := tuple(self._problems()):
            raise UsageError(problems)

    def places(self) -> tuple[tuple[str, str], ...]:
        """Return every column asked for, with the option that asked."""
        more = (
            ("sensitive", self.sensitive),
            ("weight", self.weight),
            ("unit", self.unit),
            ("household", self.household),
        )
        return (*(("qi", name) for name in self.qi), *((where, name) for where, name in more if name is not None))

    def _problems(self) -> Iterator[Problem]:
        if not self.qi:
            now = Text("知られうる列を挙げてください。", "Name the columns that somebody may know.")
            yield Problem("no-columns", "qi", Text("列がありません。", "there is no column."), now)
        known = {same_name(name) for name in self.qi}
        if self.sensitive is not None and same_name(self.sensitive) in known:
            now = Text("入れると、どの組でも値は一つになります。", "Each class would hold a single value of it.")
            what = Text("sensitive の列は qi に入れません。", "the sensitive column must not be in `qi`.")
            yield Problem("sensitive-among-columns", "sensitive", what, now)
        for where, number in (("k", self.k), ("suda", self.suda), ("population", self.population)):
            if number is not None and number < 1:
                what = Text("1 以上にしてください。", "it must be at least 1.")
                yield Problem("bad-value", where, what)
        if self.missing not in {"value", "wildcard"}:
            what = Text("value か wildcard にしてください。", "it must be `value` or `wildcard`.")
            yield Problem("bad-value", "missing", what, NOTHING)
        if self.missing == "wildcard" and self.unit is not None:
            yield Problem("unit-with-wildcard", "missing", _BOTH, _ONE)


_BOTH = Text(
    "wildcard では人ごとに数えられません（欠測が何にでも合うので、組が重なります）。",
    "with `wildcard` people cannot be counted: a missing cell fits every value, and the classes overlap.",
)
_ONE = Text("unit か wildcard のどちらかにしてください。", "Use either `unit` or `wildcard`.")
