"""What a run did, in counts, hashes and versions: nothing in it is a value of the data."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

from sudare.language import Language, preferred
from sudare.profiles import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.errors import Problem
    from sudare.execution.assessment import Assessment
    from sudare.execution.usefulness import Usefulness

_PACKAGES = ("sudare", "duckdb", "pyarrow", "sqlglot", "papermill")


def versions() -> dict[str, str]:
    """Return the versions on which the bytes of an output depend."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


@dataclass(frozen=True)
class StepDone:
    """What one step did: rows removed, cells changed, hidden, removed or brought in, and rows put in about nobody."""

    id: str
    technique: str
    rows: int
    cells: int
    added: int = 0


@dataclass(frozen=True)
class CheckDone:
    """One check: what was measured, whether the limit held, and its value.

    After swaps, noise or dummies the value is that of the table without them; `released` is that of the file as released.
    """

    measure: str
    ok: bool
    value: int | float | str | None
    released: int | float | str | None = None


@dataclass(frozen=True)
class Receipt:
    """The receipt of one run, done or refused."""

    state: Literal["done", "refused"]
    spec: Mapping[str, Any]
    input: Mapping[str, Any]
    policy: Mapping[str, str] | None = None  # the organisation's, with its file and sha256
    tables: tuple[Mapping[str, Any], ...] = ()  # beside the spec, each with its file, sha256 and rows
    lists: tuple[Mapping[str, Any], ...] = ()  # files of values beside the spec, each with its file, sha256 and lines
    parameters: Mapping[str, str | None] = field(default_factory=dict)  # values of a run that is done, else None
    overridden: tuple[str, ...] = ()  # the parameters that were set to other values than the spec's
    output: Mapping[str, Any] | None = None
    usefulness: Usefulness | None = None  # of a run that is done
    assessment: Assessment | None = None  # likewise, where the assumed reader knows columns of the output
    steps: tuple[StepDone, ...] = ()
    checks: tuple[CheckDone, ...] = ()
    open: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()  # why it was refused
    warnings: tuple[Problem, ...] = ()
    keys: tuple[Mapping[str, str], ...] = ()
    versions: Mapping[str, str] = field(default_factory=versions)

    def refused(self, problems: tuple[Problem, ...]) -> Receipt:
        """Return the receipt of the same run, refused: it has no output, and of the parameters only the names.

        Their values may be the very reason.
        """
        return replace(
            self,
            state="refused",
            problems=problems,
            output=None,
            usefulness=None,
            assessment=None,
            parameters=dict.fromkeys(self.parameters),
        )

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys; small counts are told as "<10"."""
        lang = lang or preferred()
        return {
            "state": self.state,
            "spec": dict(self.spec),
            "input": _shown(self.input),
            "policy": dict(self.policy) if self.policy is not None else None,
            "tables": [_shown(table) for table in self.tables],
            "lists": [_shown(one) for one in self.lists],
            "parameters": dict(self.parameters),
            "overridden": list(self.overridden),
            "output": _shown(self.output) if self.output is not None else None,
            "usefulness": self.usefulness.to_dict() if self.usefulness is not None else None,
            "assessment": self.assessment.to_dict() if self.assessment is not None else None,
            "steps": [
                {"id": s.id, "technique": s.technique, "rows": shown(s.rows), "cells": shown(s.cells)}
                | ({"added": shown(s.added)} if s.added else {})
                for s in self.steps
            ],
            "checks": [
                {"measure": c.measure, "ok": c.ok, "value": _value(c)}
                | ({"released": c.released} if c.released is not None else {})
                for c in self.checks
            ],
            "open": [problem.to_dict(lang) for problem in self.open],
            "problems": [problem.to_dict(lang) for problem in self.problems],
            "warnings": [problem.to_dict(lang) for problem in self.warnings],
            "keys": [dict(key) for key in self.keys],
            "versions": dict(self.versions),
        }

    def to_json(self, lang: Language | None = None) -> str:
        """Return the receipt as the text of receipt.json."""
        return json.dumps(self.to_dict(lang), ensure_ascii=False, indent=2) + "\n"


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: shown(value) if isinstance(value, int) else value for key, value in facts.items()}


def _value(check: CheckDone) -> float | str | None:
    # A measure's value is what its limit is about and is told as it is; a number of people is a count.
    return shown(check.value) if check.measure == "people" and isinstance(check.value, int) else check.value
