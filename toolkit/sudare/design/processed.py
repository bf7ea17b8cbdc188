"""What is measured of a previewed table: the risk of what somebody may know, and a column beside it that is to be cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.design.live import Live
from sudare.execution.rehearsal import KNOWN_ROW
from sudare.measures.lines import read_lines
from sudare.measures.question import Question
from sudare.measures.risk import risk_of
from sudare.tables.schema import Column, Schema
from sudare.tables.table import describe_input, open_table

if TYPE_CHECKING:
    import pyarrow as pa

    from sudare.design.class_bands import Band
    from sudare.design.opened import Opened
    from sudare.design.preview import Preview
    from sudare.measures.risk import Risk
    from sudare.specs import Spec

_SETS: Final = 3  # columns at most in a set that tells a person apart (SUDA)


def risk_after(seen: Preview) -> Risk | None:
    """Return the risk of the processed table for a reader who knows the columns that were asked about.

    Records are counted; a hidden cell and a missing one are each a value of their own. None where no such column is
    left, or no record.
    """
    if seen.known is None or not seen.known.num_rows or seen.after is None:
        return None
    left = seen.known.drop_columns([KNOWN_ROW])
    question = Question(tuple(left.schema.names), k=seen.after.limit, suda=min(_SETS, len(left.schema.names)))
    return risk_of(read_lines(open_table(left, describe_input(left)), question), question)


def bands_after(seen: Preview) -> tuple[Band, ...]:
    """Return how many records are in classes of which size after the processing."""
    if seen.known is None:
        return ()
    left = seen.known.drop_columns([KNOWN_ROW])
    columns = tuple(Column(name=one) for one in left.schema.names)
    return Live(left, Schema(columns=columns)).class_sizes(left.schema.names)


def beside_processed(opened: Opened, spec: Spec, known: pa.Table, name: str) -> Live:
    """Return live numbers of one column as it came, beside the others that somebody may know as they were processed.

    Rows that the design removes are not in it.
    """
    rows = known.column(KNOWN_ROW)
    table = known.drop_columns([one for one in (KNOWN_ROW, name) if one in known.schema.names])
    columns = [Column(name=one) for one in table.schema.names]
    unit = spec.unit.person if spec.unit is not None else None
    for one in dict.fromkeys([name, *([unit] if unit is not None else [])]):
        declared = opened.declared.schema_.get(one)
        if declared is not None and one not in table.schema.names:
            table = table.append_column(declared.called, opened.table.column(declared.called).take(rows))
            columns.append(declared.model_copy(update={"name": declared.called, "nth": 1, "as_": None}))
    return Live(table, Schema(columns=tuple(columns)), unit)
