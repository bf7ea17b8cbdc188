"""What is checked on every processed table before it may be written, whatever the spec says."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlglot import exp

from sudare.engines import sql
from sudare.errors import Problem
from sudare.execution.traces import known_texts, left_in, texts_of
from sudare.japan.check_digits import is_residence_card, looks_like_my_number_column
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.tables.schema import Output

_SAMPLE = 200_000  # distinct values looked at for the share of valid check digits
_ENOUGH = 0.95  # of the distinct cells; typing errors leave a few invalid


def identification_codes(engine: Engine, output: Relation, skip: frozenset[str]) -> Iterator[Problem]:
    """Refuse a column that holds individual identification codes by check digit or by form (rule item 2)."""
    for column in output.fields:
        if column.name in skip or column.type not in {"text", "integer"}:
            continue
        values = list(islice(texts_of(engine, output, column), _SAMPLE))
        kind = _kind_of(values)
        if kind is not None:
            yield Problem(
                "identification-code-left",
                column.name,
                Text(
                    "列「{name}」に{kind}とみられる番号が残っています。",
                    "the column '{name}' still holds what look like {kind}.",
                ).fill(name=column.name, kind=kind),
                Text("その列を delete-column で除いてください。", "Remove the column with `delete-column`."),
            )


def _kind_of(values: Sequence[str]) -> Text | None:
    if not values:
        return None
    if looks_like_my_number_column(values):
        return Text("個人番号", "My Numbers")
    if sum(map(is_residence_card, values)) >= _ENOUGH * len(values):
        return Text("在留カード番号", "residence card numbers")
    return None


def direct_identifiers(
    engine: Engine, original: Relation, identifying: Iterable[Field], output: Relation, skip: frozenset[str]
) -> Iterator[Problem]:
    """Refuse an output in which the text of a direct identifier stands in any cell (rule item 1)."""
    known = known_texts(engine, original, identifying)
    for name in left_in(engine, output, known, skip):
        yield Problem(
            "direct-identifier-left",
            name,
            Text(
                "列「{name}」のセルに直接識別子の文字が残っています。",
                "cells of '{name}' still hold the text of a direct identifier.",
            ).fill(name=name),
            Text("その列を削除するか、該当するセルを置き換えてください。", "Remove the column or replace those cells."),
        )


def mark_taken(engine: Engine, table: Relation, output: Output) -> Iterator[Problem]:
    """Refuse a mark for hidden cells that the data uses itself, and a column's name that the marks need."""
    for column in (column for column in table.fields if column.masked):
        if output.format == "parquet" and column.type != "text":
            if f"{column.name}_suppressed" in table.names:
                yield _name_taken(f"{column.name}_suppressed")
        elif _holds(engine, table, column, output.suppressed_as):
            yield _mark_taken(column.name)


def _holds(engine: Engine, table: Relation, column: Field, text: str) -> bool:
    same = sql.same(column.text, exp.Literal.string(text))
    return bool(engine.ask(table.select(exp.alias_(exp.Literal.number(1), "found")).where(same).limit(1)))


def _mark_taken(name: str) -> Problem:
    return Problem(
        "mark-taken",
        "output.suppressed_as",
        Text(
            "削除の印と同じ文字が列「{name}」にあります。", "the mark for suppressed cells stands in '{name}' itself."
        ).fill(name=name),
        Text("output.suppressed_as を別の文字にしてください。", "Choose another `output.suppressed_as`."),
    )


def _name_taken(name: str) -> Problem:
    return Problem(
        "name-taken",
        name,
        Text(
            "隠したセルを示す列「{name}」の名前がすでにあります。", "the column '{name}', needed for marks, exists."
        ).fill(name=name),
        Text("rename-column で別の名前にしてください。", "Give it another name with `rename-column`."),
    )
