"""What every technique promises without being asked, on tables grown from its own example."""

from __future__ import annotations

import base64
import gc
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import jsonschema
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import ErrorLevel, exp

import sudare.techniques as shelf
from sudare import law
from sudare.engines import sql
from sudare.engines.relation import ROW, Cell, Change, Relation
from sudare.language import Text
from sudare.models import field
from sudare.tables.schema import Column, Schema
from sudare.techniques import techniques
from sudare.techniques.technique import HIDDEN, Context, Example, Technique
from techniques_at_work import KEY, Outcome, run_step, typed_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sudare.tables.schema import Type

KINDS = list(techniques().values())
OTHER_KEY = bytes(range(100, 132))
every_technique = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id())

Rows = list[tuple[Any, ...]]
RANDOM: dict[Type, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    "integer": st.one_of(st.integers(-200, 200), st.integers(-(2**63), 2**63 - 1)),
    "decimal": st.one_of(
        st.integers(-4000, 4000).map(lambda n: n / 8), st.floats(allow_nan=False, allow_infinity=False)
    ),
    "boolean": st.booleans(),
    "date": st.dates(),
    "datetime": st.datetimes(),
}


def tables(kind: type[Technique]) -> st.SearchStrategy[Rows]:
    """Return tables of the columns of a technique's example: its own values, other values, and missing ones."""
    example = kind.example
    columns = []
    for n, type_ in enumerate(example.types.values()):
        own = sorted({row[n] for row in example.before if row[n] is not None})
        known = st.sampled_from([typed_cell(text, type_) for text in own])
        # Mostly the example's own values, or techniques that refuse unknown ones would refuse every table.
        columns.append(st.one_of(known, known, known, st.none(), RANDOM[type_]))
    row = st.tuples(*columns)
    few, many = st.lists(row, max_size=1), st.lists(row, min_size=2, max_size=25)
    return st.one_of(many, many, many, few)


def step_of(kind: type[Technique]) -> Technique:
    return kind.model_validate({"because": "試験", **kind.example.step})


def run(kind: type[Technique], rows: Rows, **more: Any) -> Outcome:
    example = kind.example
    return run_step(example.step, example.types, rows, units=example.units, files=example.files, kind=kind, **more)


Check = Callable[[type[Technique], Rows, Outcome], None]

_seen: dict[tuple[type[Technique], str], Outcome] = {}  # the promises look at the same tables one after another


def on_random_tables(kind: type[Technique], check: Check, examples: int = 20) -> None:
    """Run a technique on random tables and check each outcome. A refusal is allowed, but not of every table."""
    done = [0]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(tables(kind))
    def attempt(rows: Rows) -> None:
        outcome = _seen.get((kind, repr(rows))) or _seen.setdefault((kind, repr(rows)), run(kind, rows))
        if outcome.refused:
            assert all(problem.what.ja and problem.what.en for problem in outcome.refused)
            return
        done[0] += len(rows) > 1
        check(kind, rows, outcome)

    attempt()
    assert done[0], "every table was refused"


# The promises, each as a check of one outcome


def the_promise_holds(kind: type[Technique], _: Rows, outcome: Outcome) -> None:
    assert step_of(kind).holds(*outcome.sides)


def the_input_is_untouched(_: type[Technique], __: Rows, outcome: Outcome) -> None:
    assert outcome.before_again == outcome.before


def missing_stays_missing(kind: type[Technique], _: Rows, outcome: Outcome) -> None:
    step = step_of(kind)
    renamed = step.renames()
    joined = len(step.columns) > 1 and len(outcome.names) < len(kind.example.types)
    for before, after in zip(outcome.before, outcome.aligned, strict=True):
        if after is None:
            assert not kind.decides, "a step that decides columns removed a row"
            continue
        for name in step.columns:
            new = renamed.get(name, name)
            inputs = step.columns if joined else (name,)
            if new in after and all(before[one] is None for one in inputs):
                assert after[new] is None or after[new] is HIDDEN
            elif new in after and any(before[one] is not None for one in inputs):
                assert after[new] is not None, "a value became missing without a mark"


def other_columns_stay(kind: type[Technique], _: Rows, outcome: Outcome) -> None:
    others = [name for name in kind.example.types if name not in step_of(kind).columns]
    for before, after in zip(outcome.before, outcome.aligned, strict=True):
        assert after is None or [after[name] for name in others] == [before[name] for name in others]


def the_same_key_gives_the_same(kind: type[Technique], rows: Rows, outcome: Outcome) -> None:
    again = run(kind, rows)
    assert (again.names, again.rows) == (outcome.names, outcome.rows)


def another_key_gives_another(kind: type[Technique], rows: Rows, outcome: Outcome) -> None:
    if not outcome.keys:
        return
    other = run(kind, rows, key=OTHER_KEY)
    made = {cell for row in outcome.rows for cell in row if isinstance(cell, str)}
    again = {cell for row in other.rows for cell in row if isinstance(cell, str)}
    known = {cell for row in outcome.before for cell in row.values()}
    assert (made & again) <= known
    assert made <= known or made != again


def row_order_does_not_matter(kind: type[Technique], rows: Rows, outcome: Outcome) -> None:
    # Rows that are equal in everything cannot be told apart, so it is the pairs that count, not the places.
    assert _pairs(run(kind, rows[::-1])) == _pairs(outcome)


def _pairs(outcome: Outcome) -> Counter[str]:
    return Counter(repr(pair) for pair in zip(*outcome.sides, strict=True))


def the_schema_says_what_comes_out(_: type[Technique], __: Rows, outcome: Outcome) -> None:
    assert outcome.schema.names == outcome.names
    assert {column.called: column.type for column in outcome.schema} == outcome.types


def the_plan_runs_on_spark_too(_: type[Technique], __: Rows, outcome: Outcome) -> None:
    assert outcome.plan is not None
    spark = outcome.plan.sql("spark", unsupported_level=ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(spark, dialect="spark"), exp.Select)


def no_key_is_in_the_plan(_: type[Technique], __: Rows, outcome: Outcome) -> None:
    for key in (KEY, *outcome.keys):
        for written in (key.hex(), base64.b64encode(key).decode(), key.decode("latin-1"), repr(key)[2:-1]):
            assert written.lower() not in outcome.relation_sql.lower()


PROMISES: list[Check] = [
    the_promise_holds,
    the_input_is_untouched,
    missing_stays_missing,
    other_columns_stay,
    the_same_key_gives_the_same,
    another_key_gives_another,
    row_order_does_not_matter,
    the_schema_says_what_comes_out,
    the_plan_runs_on_spark_too,
    no_key_is_in_the_plan,
]
every_promise = pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)


@every_promise
@every_technique
def test_on_random_tables(kind: type[Technique], promise: Check) -> None:
    on_random_tables(kind, promise)


@every_technique
def test_the_example_runs_and_gives_its_table(kind: type[Technique]) -> None:
    outcome = run(kind, list(kind.example.before))
    assert outcome.refused == ()
    assert list(outcome.names) == list(kind.example.after_names)
    assert outcome.texts == [tuple(row) for row in kind.example.after]


@every_technique
@pytest.mark.parametrize("rows", [0, 1])
def test_empty_and_one_row_tables_come_through(kind: type[Technique], rows: int) -> None:
    outcome = run(kind, list(kind.example.before)[:rows])
    assert outcome.refused == () or rows == 1
    assert len(outcome.rows) <= rows


@every_technique
def test_it_cites_a_law_that_is_there(kind: type[Technique]) -> None:
    assert law.cite(kind.law)


@every_technique
def test_it_speaks_both_languages(kind: type[Technique]) -> None:
    assert kind.__doc__
    for text in (kind.label, kind.about, kind.promise):
        assert text.ja
        assert text.en
        assert text.ja != text.en


@every_technique
def test_its_problems_speak_both_languages_and_name_the_place(kind: type[Technique]) -> None:
    problems = list(step_of(kind).problems(Schema(), "steps[7]"))
    assert problems
    for problem in problems:
        assert problem.where == "steps[7]"
        assert problem.what.ja != problem.what.en
        assert bool(problem.now.ja) == bool(problem.now.en)


@every_technique
def test_the_example_is_no_problem_of_its_own(kind: type[Technique]) -> None:
    columns = [Column(name=name, type=type_) for name, type_ in kind.example.types.items()]
    assert list(step_of(kind).problems(Schema(columns=tuple(columns)), "steps[0]")) == []


@every_technique
def test_every_field_can_become_a_widget(kind: type[Technique]) -> None:
    schema = kind.model_json_schema(by_alias=True)
    jsonschema.Draft202012Validator.check_schema(schema)
    for place, about in _described(schema, schema.get("$defs", {})):
        assert about["x-title"]["ja"], place
        assert about["x-title"]["en"], place
        assert widget_of(about, schema.get("$defs", {})), place


@every_technique
def test_the_example_is_written_as_the_json_schema_says(kind: type[Technique]) -> None:
    jsonschema.validate({"because": "試験", **kind.example.step}, kind.model_json_schema(by_alias=True))


@every_technique
def test_a_spec_line_comes_back_as_it_was_written(kind: type[Technique]) -> None:
    step = step_of(kind)
    assert kind.model_validate(step.to_dict()) == step


def _described(schema: dict[str, Any], defs: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schema.get("properties", {}).items()
    for title, part in defs.items():
        yield from ((f"{title}.{name}", about) for name, about in part.get("properties", {}).items())


def widget_of(about: dict[str, Any], defs: dict[str, Any]) -> str | None:  # noqa: PLR0911 - one line per widget
    """Return the widget that follows from a field's schema, as the form derives it."""
    if "$ref" in about:
        return widget_of(defs[about["$ref"].rpartition("/")[2]], defs)
    if "const" in about or "enum" in about:
        return "choice"
    if choices := about.get("anyOf") or about.get("oneOf"):
        found = [widget_of(part, defs) for part in choices if part.get("type") != "null"]
        return found[0] if found and all(found) else None
    if about.get("type") in {"string", "integer", "number", "boolean"}:
        return str(about["type"])
    if about.get("type") == "array":
        return "list" if "prefixItems" in about or widget_of(about["items"], defs) else None
    if about.get("type") == "object" and "additionalProperties" in about and about["additionalProperties"] is not False:
        return "mapping"
    return "group" if about.get("type") == "object" and about.get("properties") else None


# The suite itself can fail, and it takes in what it does not know


def _toy(name: str, cell: Callable[[Relation], Cell]) -> type[Technique]:
    """Make a technique that claims everything and keeps what `cell` leaves of it."""

    class Toy(Technique):
        """A toy."""

        law = "table1/other"
        label = about = promise = Text("玩具", "toy")
        example = Example(
            types={"x": "text"},
            before=[("a",), ("b",), (None,)],
            step={"technique": "toy", "columns": ["x"]},
            after_names=["x"],
            after=[("a",), ("b",), (None,)],
        )
        technique: Literal["toy"] = field(Text("手法", "technique"))

        def plan(self, relation: Relation, context: Context) -> Change:
            context.secret().derive("toy")
            return Change(cells={"x": cell(relation)})

        def holds(self, before: Sequence[Any], after: Sequence[Any]) -> bool:
            return len(before) == len(after)

    Toy.__name__ = name
    return Toy


def _fails(kind: type[Technique], promise: Check) -> bool:
    try:
        on_random_tables(kind, promise)
    except AssertionError:
        return True
    return False


def _filled(relation: Relation) -> Cell:
    return Cell(sql.first_there(relation.field("x").value, sql.literal("欠", "text")), "text")


def _emptied(relation: Relation) -> Cell:
    value = relation.field("x").value
    is_a = sql.one_of(value, [sql.literal("a", "text")])
    return Cell(sql.first_true([(is_a, sql.missing("text"))], value), "text")


def _by_row(relation: Relation) -> Cell:
    value = relation.field("x").value
    first = sql.less_than(sql.column(ROW, "t"), sql.count(1))
    return Cell(sql.first_true([(sql.all_of([first, sql.is_there(value)]), sql.literal("1", "text"))], value), "text")


def _of_another_type(relation: Relation) -> Cell:
    return Cell(
        sql.first_true([(sql.is_missing(relation.field("x").value), sql.missing("integer"))], sql.count(1)), "integer"
    )


def _with_the_key(relation: Relation) -> Cell:
    value = relation.field("x").value
    return Cell(sql.first_true([(sql.one_of(value, [sql.literal(KEY.hex(), "text")]), value)], value), "text")


@pytest.mark.parametrize(
    ("cell", "promise"),
    [
        (_filled, missing_stays_missing),
        (_emptied, missing_stays_missing),
        (_by_row, row_order_does_not_matter),
        (_of_another_type, the_schema_says_what_comes_out),
        (_with_the_key, no_key_is_in_the_plan),
        (_filled, another_key_gives_another),
    ],
)
def test_a_broken_technique_fails(cell: Callable[[Relation], Cell], promise: Check) -> None:
    assert _fails(_toy("Broken", cell), promise)


def test_a_technique_that_only_refuses_fails() -> None:
    def refuse(relation: Relation) -> Cell:
        raise AssertionError(relation.names)

    assert _fails(_toy("Refusing", refuse), the_promise_holds)


PLUGIN = '''
"""A technique from elsewhere, as a file."""
from typing import Literal

from sudare.engines import sql
from sudare.engines.relation import Cell, Change
from sudare.language import Text
from sudare.models import field
from sudare.techniques.technique import Example, Technique, cells


class Initial(Technique):
    """Keep the first letter."""

    law = "table1/other"
    label = Text("頭文字", "initial")
    about = Text("頭文字だけを残します。", "Keeps the first letter.")
    promise = Text("一文字だけです。", "One letter at most is left.")
    example = Example(
        types={"x": "text"}, before=[("ab",), (None,)], step={"technique": "initial", "columns": ["x"]},
        after_names=["x"], after=[("a",), (None,)],
    )
    accepts = frozenset({"text"})
    technique: Literal["initial"] = field(Text("手法", "technique"))

    def plan(self, relation, context):
        from sqlglot import exp
        made = {c.name: Cell(exp.Left(this=c.value, expression=sql.count(1)), "text") for c in relation.named(self.columns)}
        return Change(cells=made)

    def holds(self, before, after):
        return all(new is old or (new == old[:1]) for old, new in cells(before, after, "x"))
'''


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[type[Technique]]:
    (tmp_path / "initial.py").write_text(textwrap.dedent(PLUGIN), encoding="utf-8")
    shelf.__path__.append(str(tmp_path))
    try:
        yield techniques.__wrapped__()["initial"]
    finally:
        shelf.__path__.remove(str(tmp_path))
        del sys.modules["sudare.techniques.initial"]
        gc.collect()


@every_promise
def test_a_file_dropped_into_the_folder_is_a_technique(plugin: type[Technique], promise: Check) -> None:
    on_random_tables(plugin, promise)
    test_every_field_can_become_a_widget(plugin)
    test_the_example_runs_and_gives_its_table(plugin)
