"""What a person wrote into a spec is recorded beside the data: it must not repeat a rare value of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sudare.errors import Problem
from sudare.execution.traces import rare_value_in
from sudare.language import Text
from sudare.models import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.specs import Document
    from sudare.techniques.technique import Technique


def rare_values_written(engine: Engine, document: Document, relation: Relation) -> Iterator[Problem]:
    """Yield a problem for each title, reason or parameter of a spec that repeats a rare value of a table.

    What a step needs anyway may stand in its reason: names of columns, units, and the step's own parameters, but for
    those that are private. No problem repeats the value.
    """
    spec = document.spec
    words = [*spec.input.schema_.names, *(column.unit or "" for column in spec.input.columns)]
    words += [word for step in spec.steps for word in _words(step)]
    words += [dismissal.finding for dismissal in spec.dismissed]
    words += [name for step in spec.steps for name in step.files()]
    words += [name for check in spec.checks for name in check.files()]
    written = list(_written(document))
    # All at once first: a spec without such a fault, the usual one, costs one look at each column.
    if rare_value_in(engine, relation, "\n".join(text for _, text in written), words) is None:
        return
    for where, text in written:
        column = rare_value_in(engine, relation, text, words)
        if column is not None:
            yield _repeats(where, column)


def _written(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what a person wrote, with its place in the spec."""
    spec = document.spec
    yield "title", spec.title
    yield from ((f"steps[{n}].because", step.because) for n, step in enumerate(spec.steps))
    yield from ((f"dismissed[{n}].because", dismissal.because) for n, dismissal in enumerate(spec.dismissed))
    if spec.out_of_scope is not None:
        yield "out_of_scope.because", spec.out_of_scope.because
    # They are recorded beside the data, as reasons are.
    yield from ((f"parameters.{name}", value) for name, value in document.parameters.items())


def _words(step: Technique) -> list[str]:
    """Return the texts and numbers of a step's own parameters that its reason may repeat: none that is private."""
    return [str(part) for part in _leaves(step, frozenset({"because", "by", "technique", "standards"}))]


def _leaves(node: Any, without: frozenset[str] = frozenset()) -> Iterator[Any]:  # noqa: ANN401 - any parameter
    if isinstance(node, Model):
        for name, info in type(node).model_fields.items():
            about = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
            if name not in without and not about.get("x-private"):
                yield from _leaves(getattr(node, name))
    elif isinstance(node, (dict, list, tuple)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _leaves(part)
    elif node is not None and not isinstance(node, bool):
        yield node


def _repeats(where: str, column: str) -> Problem:
    if where.startswith("parameters."):
        what = Text("列「{name}」の珍しい値です。", "it is a rare value of the column '{name}'.").fill(name=column)
        now = Text(
            "パラメーターの値は記録に残ります。値は仕様の手順か、仕様と同じ場所のファイルに書いてください。",
            "The values of parameters are recorded. Write it in the step itself or in a file beside the spec.",
        )
        return Problem("value-in-parameter", where, what, now)
    return Problem(
        "value-in-reason",
        where,
        Text("列「{name}」の珍しい値が書かれています。", "it repeats a rare value of the column '{name}'.").fill(
            name=column
        ),
        Text("値を書かずに理由を書いてください。", "Give the reason without the value."),
    )
