"""What a page may set of the server: how many runs work at a time, and below what count nothing is told.

A page never makes anything looser than the server's own configuration. What is set holds for everybody whom this
server serves, until it stops or a page sets something else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sudare.errors import Problem, UsageError, did_you_mean
from sudare.language import Text
from sudare.limits import LEAST, MOST, VARIABLE, limit_in
from sudare.specs import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.server.runs import Runs

MOST_RUNS: Final = 8  # at a time; each is a Python of its own, with a kernel
# What stands in a page's settings: 0 runs are as many as the server is configured for.
_RANGES: Final[Mapping[str, tuple[int, int]]] = {"concurrent_runs": (0, MOST_RUNS), "small_count_limit": (LEAST, MOST)}


@dataclass
class Settings:
    """The settings of one server; `most_runs` and `least_limit` are what the configuration allows at most and at least."""

    runs: Runs
    most_runs: int
    least_limit: int = LEAST

    def __post_init__(self) -> None:
        """Begin with what the server was configured for."""
        self._usual = min(self.runs.at_once, self.most_runs)
        self.least_limit = max(self.least_limit, limit_in(os.environ.get(VARIABLE, "")) or LEAST)
        self.runs.at_once = self._usual
        self._limit = LEAST
        self._tell_children(self.least_limit)

    def told(self) -> dict[str, Any]:
        """Return what holds now."""
        return {
            "key_store": str(self.runs.key_store or ""),
            "concurrent_runs": self.runs.at_once,
            "most_concurrent_runs": self.most_runs,
            "small_count_limit": self._limit,
            "least_small_count_limit": self.least_limit,
            "regime": str(Spec.model_fields["regime"].default),
        }

    def change(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Set what is named, as far as the configuration lets it be, and return what holds then.

        Errors: `UsageError` with `unknown-setting` or `bad-setting`; nothing is set then.
        """
        problems = [problem for key, value in wanted.items() for problem in _faults(key, value)]
        if problems:
            raise UsageError(problems)
        if "concurrent_runs" in wanted:
            self.runs.let_work(min(wanted["concurrent_runs"] or self._usual, self.most_runs))
        if "small_count_limit" in wanted:
            self._tell_children(max(wanted["small_count_limit"], self.least_limit))
        return self.told()

    def _tell_children(self, limit: int) -> None:
        """Let every kernel and run that starts from now on hide counts below the limit: they inherit it."""
        if limit != self._limit:
            os.environ[VARIABLE] = str(limit)
        self._limit = limit


def _faults(key: str, value: object) -> list[Problem]:
    if key not in _RANGES:
        what = Text("その設定はありません。", "there is no such setting.")
        return [Problem("unknown-setting", "body", what, did_you_mean(key, _RANGES))]
    least, most = _RANGES[key]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    what = Text("{least} から {most} までの整数ではありません。", "it is no whole number from {least} to {most}.")
    return [Problem("bad-setting", key, what.fill(least=least, most=most))]
