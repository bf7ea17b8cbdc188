"""Which findings a spec answers: by a step under the standard, by removing the column, or by a dismissal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.findings.found import LEVELS
from sudare.language import Text
from sudare.specs.coverage import altered_columns, first_names, scoped_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sudare.findings.finding import Finding
    from sudare.specs import Spec


def unanswered(spec: Spec, found: Iterable[Finding]) -> Iterator[Problem]:
    """Say which findings nobody has answered yet, as open points under their standards.

    A finding is answered where a step that cites its standard names one of its columns, where one of its columns is out
    of scope, removed or replaced, where a condition on rows looks at one of them under that standard, or where its id is
    dismissed. Findings of the product's own level are not asked for.
    """
    dismissed = {dismissal.finding for dismissal in spec.dismissed}
    gone = scoped_out(spec) | altered_columns(spec)
    under: dict[int, set[str]] = {n: set() for n in range(1, 6)}
    origins = first_names(spec)
    for n, step in spec.active:
        for standard in step.standards:
            under[standard] |= {*origins[n], *step.reads()}
    for finding in found:
        columns = set(finding.columns)
        if finding.level == "product" or finding.id in dismissed or columns & (gone | under[finding.standard]):
            continue
        yield Problem(
            "finding-open",
            f"standards.{finding.standard}",
            _WHAT.fill(level=LEVELS[finding.level], columns="、".join(finding.columns), message=finding.message),
            _NOW.fill(id=finding.id),
        )


_WHAT = Text(
    "所見（{level}）「{columns}」に決定がありません：{message}",
    "finding ({level}) '{columns}' has no decision: {message}",
)
_NOW = Text(
    "この号の手順を加えるか、dismissed に finding: {id} と理由を書いてください。",
    "Add a step under this standard, or dismiss `finding: {id}` with a reason.",
)
