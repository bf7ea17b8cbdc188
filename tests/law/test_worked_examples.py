"""The numbered examples: whole, invented, and their expected tables right by an independent reading of the steps."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, get_args

import pytest

from sudare import law
from sudare.errors import UsageError
from sudare.tables.schema import Column

IDS = ["3-2-1-1", "3-2-1-2", "3-2-3-1", "3-2-3-2", "3-2-4-1", "3-2-4-2", "3-2-5-1", "3-2-5-2", "3-2-5-3"]
# Fewer rows would hold nothing that a detector could call rare or far from the others.
MOST_ROWS = {"3-2-4-1": 17, "3-2-5-2": 100, "3-2-5-3": 36}
SURNAMES = {"例田", "見本", "架空", "試山", "仮野", "想田"}
GIVEN_NAMES = {"いち", "にこ", "さんた", "よつば", "ごろ", "むつ", "ななえ", "はちろ"}

Rows = list[dict[str, str]]


def rows(table: law.Table) -> Rows:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def done(example: law.Example) -> Rows:
    """The steps done by hand, in a few lines of plain Python that share nothing with the engine."""
    now = rows(example.before)
    for step in example.steps:
        now = STEPS[step["technique"]](now, step)
    return now


def each_cell(now: Rows, step: dict[str, Any], change: Any) -> Rows:
    return [{name: change(cell) if name in step["columns"] else cell for name, cell in row.items()} for row in now]


def delete_column(now: Rows, step: dict[str, Any]) -> Rows:
    return [{name: cell for name, cell in row.items() if name not in step["columns"]} for row in now]


def delete_records(now: Rows, step: dict[str, Any]) -> Rows:
    group, where = step["where"]["group"], step["where"]["group"]["where"]
    hits = Counter(row[group["by"]] for row in now if row[where["column"]] == where["equals"])
    return [row for row in now if hits[row[group["by"]]] < group["count_at_least"]]


def top_code(now: Rows, step: dict[str, Any]) -> Rows:
    return each_cell(now, step, lambda cell: step["label"] if cell and Decimal(cell) >= step["at_least"] else cell)


def map_values(now: Rows, step: dict[str, Any]) -> Rows:
    return each_cell(now, step, lambda cell: step["table"].get(cell, step["default"]))


def pseudonymize(now: Rows, step: dict[str, Any]) -> Rows:
    (old,) = step["columns"]
    return [{step["as"]: law.PSEUDO_ID} | {name: cell for name, cell in row.items() if name != old} for row in now]


def suppress_near_anchor(now: Rows, step: dict[str, Any]) -> Rows:
    """A place is where a device was on two days or more, to the same figures; nothing else of it lies near."""
    days = {(row[step["person"]], row["緯度"], row["経度"], row[step["time"]][:10]) for row in now if row["緯度"]}
    places = Counter((who, north, east) for who, north, east, _ in days)
    near = [places[row[step["person"]], row["緯度"], row["経度"]] >= 2 for row in now]
    return [row | dict.fromkeys(step["columns"], "*") if hide else row for row, hide in zip(now, near, strict=True)]


def to_month(now: Rows, step: dict[str, Any]) -> Rows:
    assert step["to"] == "month"
    return each_cell(now, step, lambda cell: cell[:7])


def to_municipality(now: Rows, step: dict[str, Any]) -> Rows:
    return each_cell(now, step, lambda cell: cell[: cell.index("市") + 1])


STEPS: dict[str, Any] = {
    "delete-column": delete_column,
    "delete-records": delete_records,
    "top-code": top_code,
    "map-values": map_values,
    "pseudonymize": pseudonymize,
    "date-precision": to_month,
    "address-to-municipality": to_municipality,
    "suppress-near-anchor": suppress_near_anchor,
    "keep": lambda now, _: now,
}


def test_these_examples_are_here_in_the_guidelines_order() -> None:
    assert [one.id for one in law.examples()] == IDS


@pytest.mark.parametrize("id_", IDS)
def test_the_expected_table_is_what_the_steps_make_of_the_first(id_: str) -> None:
    example = law.example(id_)
    assert done(example) == rows(example.after)
    assert list(rows(example.after)[0]) == list(example.after.columns)


@pytest.mark.parametrize("id_", IDS)
def test_an_example_cites_its_own_standard_and_section(id_: str) -> None:
    example = law.example(id_)
    standard = law.standard(example.standard)
    assert example.standard in {number for step in example.steps for number in step.get("standards", [])}
    assert example.section == standard.section
    assert id_.startswith(f"{standard.section}-")
    assert standard.page <= example.page <= standard.page + 1
    assert all(law.cite(one).id == one for one in example.cites)


@pytest.mark.parametrize("id_", IDS)
def test_every_step_has_a_reason_that_repeats_no_value(id_: str) -> None:
    example = law.example(id_)
    values = {cell for row in example.before.rows for cell in row if cell}
    for step in example.steps:
        assert step["because"]
        assert not any(value in step["because"] for value in values)


@pytest.mark.parametrize("id_", IDS)
def test_the_reasons_are_told_in_either_language(id_: str) -> None:
    example = law.example(id_)
    assert example.steps == example.steps_in("ja")
    for ja, en in zip(example.steps, example.steps_in("en"), strict=True):
        assert ja["because"] != en["because"]
        assert en["because"].isascii()
        assert {**ja, "because": ""} == {**en, "because": ""}


@pytest.mark.parametrize("id_", IDS)
def test_every_column_is_declared_and_decided(id_: str) -> None:
    example = law.example(id_)
    assert tuple(column.name for column in example.columns) == example.before.columns
    decided = {name for step in example.steps for name in step.get("columns", [])}
    assert decided == set(example.before.columns)


@pytest.mark.parametrize("id_", IDS)
def test_a_declared_column_is_one_that_a_spec_accepts(id_: str) -> None:
    for column in law.example(id_).columns:
        assert Column.model_validate(column.to_dict()).called == column.name


def test_types_and_kinds_are_those_of_a_spec() -> None:
    for name in ("type", "kind"):
        ours = set(get_args(law.Column.model_fields[name].annotation))
        theirs = get_args(Column.model_fields[name].annotation)
        assert ours <= {value for one in theirs for value in (get_args(one) or (one,))}


@pytest.mark.parametrize("id_", IDS)
def test_a_table_is_small_and_is_changed(id_: str) -> None:
    example = law.example(id_)
    assert 6 <= len(example.before.rows) <= MOST_ROWS.get(id_, 12)
    assert example.before != example.after
    assert example.after.rows


def test_everybody_is_invented() -> None:
    people = [row["氏名"] for one in law.examples() for row in rows(one.before) if "氏名" in row]
    assert len(people) == 14
    for person in people:
        surname, given = person.split(" ")
        assert surname in SURNAMES
        assert given in GIVEN_NAMES


def test_every_telephone_number_is_impossible() -> None:
    numbers = [row["電話番号"] for one in law.examples() for row in rows(one.before) if "電話番号" in row]
    assert all(number.startswith("000-0000-") for number in numbers if number)
    assert any(numbers)


def test_no_label_is_carried_by_one_person_alone() -> None:
    for id_ in ("3-2-4-2", "3-2-5-3"):
        example = law.example(id_)
        label = next(step["label"] for step in example.steps if step["technique"] == "top-code")
        assert sum(label in row for row in example.after.rows) >= 3


def test_in_the_school_no_grade_and_sex_leaves_one_child_under_the_label() -> None:
    after = rows(law.example("3-2-5-3").after)
    groups = Counter((row["学年"], row["性別"]) for row in after if row["身長"] == "150cm以上")
    assert min(groups.values()) >= 2


def test_the_unusual_values_of_the_guideline_are_there_and_go() -> None:
    assert any("116" in row for row in law.example("3-2-4-2").before.rows)
    assert not any("116" in row for row in law.example("3-2-4-2").after.rows)
    assert any("170.0" in row for row in law.example("3-2-5-3").before.rows)
    assert not any("170.0" in row for row in law.example("3-2-5-3").after.rows)


def test_only_the_keyed_cells_are_left_open() -> None:
    for example in law.examples():
        marked = {name for row in rows(example.after) for name, cell in row.items() if cell == law.PSEUDO_ID}
        assert marked == ({"仮ID"} if example.id == "3-2-3-2" else set())


def test_a_reader_cannot_change_the_law() -> None:
    law.example("3-2-4-2").steps[0]["at_least"] = 1
    assert law.example("3-2-4-2").steps[0]["at_least"] == 90


def test_an_unknown_example_names_the_near_match() -> None:
    with pytest.raises(UsageError) as refused:
        law.example("3-2-4-22")
    assert refused.value.problems[0].code == "unknown-example"
    assert "Did you mean '3-2-4-2'?" in refused.value.problems[0].line("en")
