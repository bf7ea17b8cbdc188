"""Turns levels that were found into the steps of a spec, and what is suppressed into the steps that remove it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any

from sudare.language import Text
from sudare.optimizer.found import NAMELESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sudare.language import Language
    from sudare.optimizer.goals import Goals
    from sudare.optimizer.hierarchy import Hierarchy, StepData
    from sudare.optimizer.lattice import Levels

_BECAUSE = Text("損失が最小になる段の探索による（下書き）", "by the search for the least loss (draft)")
_UNCHANGED = Text("探索では一般化の必要なし（下書き）", "the search found no need to generalize (draft)")
_FEW = Text("目標に届かない組（下書き）", "classes that miss the goal (draft)")
_DIGITS = 12  # significant digits of a distance: sums in another order differ only behind them
_PLACES = Decimal("0.01")  # to which the limit of a check is written


@dataclass(frozen=True)
class Design:
    """What was searched: the columns with their hierarchies, the goals, and the share of records that may go."""

    hierarchies: Mapping[str, Hierarchy]
    goals: Goals
    sensitive: str | None
    suppress: Decimal
    lang: Language

    def files(self, levels: Levels) -> dict[str, Hierarchy]:
        """Return the hierarchies that the steps read, by the name of their file, which never holds that of a column."""
        return {
            self._file(n): hierarchy
            for n, (hierarchy, level) in enumerate(zip(self.hierarchies.values(), levels, strict=True))
            if hierarchy.steps is None and level > 0 and not _tells_nothing(hierarchy, level)
        }

    def steps(self, levels: Levels) -> Iterator[StepData]:
        """Yield the steps that make the table that was found, up to the order of its rows."""
        pairs = list(zip(self.hierarchies.items(), levels, strict=True))
        left = [column for (column, hierarchy), level in pairs if not _tells_nothing(hierarchy, level)]
        for n, ((column, hierarchy), level) in enumerate(pairs):
            if column not in left:
                yield self._step({"technique": "delete-column"}, [column], _BECAUSE)
            elif level == 0:
                yield self._step({"technique": "keep"}, [column], _UNCHANGED)
            elif hierarchy.steps is not None:
                yield from (self._step(one, [column], _BECAUSE) for one in hierarchy.steps[level])
            else:
                one = {"technique": "map-values", "hierarchy": self._file(n), "level": level}
                yield self._step(one, [column], _BECAUSE)
        if self.sensitive is not None:
            yield self._step({"technique": "keep"}, [self.sensitive], _UNCHANGED)
        if left:
            yield from self._removals(left)

    def checks(self, levels: Levels, furthest: float = 0.0) -> list[dict[str, Any]]:
        """Return the goals as checks of the spec, over the columns that are left.

        The check t-closeness compares with the table that is left, the search with the whole one: where records went,
        `furthest` is how far the furthest class then lies, and the limit is that if it is more than t.
        """
        pairs = zip(self.hierarchies.items(), levels, strict=True)
        left = [column for (column, hierarchy), level in pairs if not _tells_nothing(hierarchy, level)]
        if not left:
            return []
        checks: list[dict[str, Any]] = [{"measure": "k-anonymity", "columns": left, "at_least": self.goals.k}]
        if self.goals.l is not None:
            diverse = {"columns": left, "sensitive": self.sensitive, "at_least": self.goals.l}
            checks.append({"measure": "l-diversity", **diverse})
        if self.goals.t is not None:
            far = Decimal(f"{max(self.goals.t, furthest):.{_DIGITS}g}").quantize(_PLACES, ROUND_UP)
            near = {"columns": left, "sensitive": self.sensitive, "at_most": f"{far.normalize():f}"}
            checks.append({"measure": "t-closeness", **near})
        return checks

    def _removals(self, left: Sequence[str]) -> Iterator[StepData]:
        goals = self.goals
        about: dict[str, Any] = {} if (goals.l or 0) <= 1 else {"diverse": goals.l}
        about |= {} if goals.t is None else {"close": f"{Decimal(str(goals.t)):f}"}
        if goals.k > 1 or about:
            one = {
                "technique": "delete-small-classes",
                "below": goals.k,
                **({"sensitive": self.sensitive, **about} if about else {}),
                "at_most": f"{(self.suppress * 100).normalize():f}%",
            }
            yield self._step(one, left, _FEW)

    def _step(self, step: StepData, columns: Sequence[str], because: Text) -> StepData:
        standards = [1] if step["technique"] == "keep" else [5]
        named = {"technique": step["technique"], **({"columns": list(columns)} if columns else {}), **step}
        return {**named, "standards": standards, "because": because.pick(self.lang)}

    @staticmethod
    def _file(column: int) -> str:
        return f"{NAMELESS}-levels-{column + 1}.csv"


def _tells_nothing(hierarchy: Hierarchy, level: int) -> bool:
    """Say whether all values are alike on a level, so that the column can as well go."""
    return level > 0 and len(set(hierarchy.groups(level))) == 1
