"""Makes a check of every measure there is, from its own fields, and measures small tables by it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pandas as pd

from sudare.engines.relation import Cell, Change
from sudare.errors import Refused
from sudare.measures import measures
from sudare.measures.measure import Scope
from sudare.tables.table import describe_input, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pydantic.fields import FieldInfo

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Relation
    from sudare.engines.sql import Term
    from sudare.measures import Measure

Row = tuple[str | None, int | None, int | None, int, str]  # a, b, the sensitive value or household, weight, person
NAMES = ("a", "b", "s", "w", "who")
HIERARCHY = [("0", "low", "*"), ("1", "low", "*"), ("2", "high", "*"), ("3", "high", "*")]
REGISTER = [(a, b) for a in (None, "x", "y") for b in (None, 0, 1, 2) for _ in range(3)]

_BY_ROLE = {"columns": ["a", "b"], "column": "s", "input": {"columns": [{"name": "a"}, {"name": "b"}]}}
_BY_NAME = {"weight": "w", "file": "register.csv", "population": "1000", "at_least": "1", "at_most": "0"}
_WITH = {"recursive": {"c": "2"}, "above": {"threshold": "0.2"}, "hierarchical": {"hierarchy": "tree.csv"}}


@dataclass(frozen=True)
class Asked:
    """One check, with the choices that were made for it."""

    name: str
    check: Measure

    def __str__(self) -> str:
        return self.name


def every_check() -> Iterator[Asked]:
    """Walk over all measures, and over all that each of them lets one choose between."""
    for name, kind in measures().items():
        chosen = {key: get_args(info.annotation) for key, info in kind.model_fields.items() if _is_choice(key, info)}
        for options in itertools.product(*chosen.values()):
            data = plain(kind, dict(zip(chosen, options, strict=True)))
            yield Asked("-".join([name, *options]), kind.model_validate(data))
        if "weight" in kind.model_fields and not kind.model_fields["weight"].is_required():
            data = {**plain(kind, {key: options[0] for key, options in chosen.items()}), "weight": "w"}
            yield Asked(f"{name}-weighted", kind.model_validate(data))


def plain(kind: type[Measure], chosen: dict[str, str]) -> dict[str, Any]:
    """Write a check as a spec would hold it, with the strictest limits."""
    data: dict[str, Any] = {"measure": kind.id(), **chosen}
    for key, info in kind.model_fields.items():
        role = (info.json_schema_extra or {}).get("x-role")  # type: ignore[union-attr]  # a mapping, as `field` makes it
        if info.is_required() and key not in data:
            data[key] = _BY_NAME[key] if key in _BY_NAME else _BY_ROLE[str(role)]
        elif key == "at_most":  # one of two limits, each of which may be left out
            data[key] = "0"
    for option in chosen.values():
        data |= _WITH.get(option, {})
    return data


def _is_choice(key: str, info: FieldInfo) -> bool:
    return key != "measure" and get_origin(info.annotation) is Literal


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Make a frame with nullable columns."""
    types = {"a": "string", "b": "Int64", "s": "Int64", "w": "Int64", "who": "string"}
    columns = {name: pd.array([row[n] for row in rows], dtype=types[name]) for n, name in enumerate(NAMES)}
    return pd.DataFrame(columns)


def loaded(engine: Engine, table: pa.Table | pd.DataFrame, *, people: bool = False) -> Relation:
    """Take a table into the engine, with the types it has; `who` says who is who where people are to be counted."""
    reading = open_table(table, describe_input(table))
    relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
    return engine.name_units(relation, "who") if people else relation


def register(engine: Engine) -> Relation:
    """Take in a register of everybody."""
    cells = {"a": ("string", 0), "b": ("Int64", 1)}
    columns = {name: pd.array([row[n] for row in REGISTER], dtype=kind) for name, (kind, n) in cells.items()}
    return loaded(engine, pd.DataFrame(columns))


def hidden_where(engine: Engine, relation: Relation, name: str, condition: Term) -> Relation:
    """Hide cells of a column."""
    field = relation.field(name)
    return engine.apply(relation, Change(cells={name: Cell(field.value, field.type, condition)}))


def measured(engine: Engine, asked: Measure, relation: Relation, *, people: bool = False) -> tuple[Any, ...]:
    """Return whether the limit holds and the value, or the codes of what the measure refuses."""
    tables = {file: register(engine) for file in asked.tables()}
    scope = Scope(engine, relation, people, "checks[0]", dict.fromkeys(asked.files(), HIERARCHY), tables)
    try:
        verdict = asked.evaluate(scope)
    except Refused as refused:
        return tuple(problem.code for problem in refused.problems)
    return verdict.ok, verdict.value
