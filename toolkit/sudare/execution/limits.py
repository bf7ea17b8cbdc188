"""Measures a table by a check of the spec, and says where its limit does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.measure import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.measure import Measure, Scope


def measured(check: Measure, scope: Scope) -> tuple[Verdict, Sequence[Problem]]:
    """Evaluate a check and say why the run must stop. Where it says nothing about the table, its limit does not hold."""
    try:
        verdict = check.evaluate(scope)
    except Refused as refused:
        return Verdict(ok=False, value=None), refused.problems
    if verdict.ok:
        return verdict, []
    return verdict, [failed(scope.where, check.label, check.limit(), verdict.value, verdict.said)]


def failed(where: str, label: Text, limit: Text, value: float | str | None, said: Text | None = None) -> Problem:
    """Return the problem of a limit that does not hold, lower or upper; `said` tells the value in words."""
    return Problem(
        "check-failed",
        where,
        Text("{label}が {value} で、条件（{limit}）を満たしません。", "{label} is {value}; the limit is {limit}.").fill(
            label=label, value=value if said is None else said, limit=limit
        ),
        Text(
            "一般化を粗くするか、少数の組を除く手順を加えてください。",
            "Generalize more, or add a step that removes small classes.",
        ),
    )
