from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from shared_folder import shared
from sudare.models import problems_of
from sudare.techniques.hierarchy import hierarchy_rows
from sudare.techniques.map_values import MapValues
from techniques_at_work import run_step

if TYPE_CHECKING:
    from pathlib import Path

LICENCES = {"特別免許": "教員免許", "普通免許": "教員免許", "運転": "その他"}
TREE = {"文系": {"経済": ["ミクロ", "マクロ"], "文学": ["古典"]}, "理系": ["数学"]}


def step(**more: Any) -> dict[str, Any]:
    return {"technique": "map-values", "columns": ["a"], **more}


def refused_codes(**more: Any) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        MapValues.model_validate({"because": "x", **step(**more)})
    problems = problems_of(raised.value, MapValues)
    assert all("秘密" not in problem.line("ja") + problem.line("en") for problem in problems)
    return [problem.code for problem in problems]


def test_a_kind_of_licence_becomes_the_broad_one() -> None:
    # Guideline 3-2-5, example 2.
    outcome = run_step(step(table=LICENCES), {"a": "text"}, [("特別免許",), ("運転",), (None,)])
    assert outcome.rows == [("教員免許",), ("その他",), (None,)]


@pytest.mark.parametrize(
    ("level", "groups"),
    [
        (None, ["経済", "経済", "文学", "理系"]),
        (1, ["経済", "経済", "文学", "理系"]),
        (2, ["文系", "文系", "文系", "理系"]),
        (9, ["文系", "文系", "文系", "理系"]),  # no group above the broadest
    ],
)
def test_a_tree_gives_the_group_so_many_levels_up(level: int | None, groups: list[str]) -> None:
    given = step(tree=TREE) if level is None else step(tree=TREE, level=level)
    outcome = run_step(given, {"a": "text"}, [("ミクロ",), ("マクロ",), ("古典",), ("数学",)])
    assert [row[0] for row in outcome.rows] == groups


def test_numbers_and_truth_values_are_compared_as_text() -> None:
    numbers = run_step(step(table={"1": "一", "-20": "負"}), {"a": "integer"}, [("1",), ("-20",), (None,)])
    assert numbers.rows == [("一",), ("負",), (None,)]
    truths = run_step(step(table={"true": "有", "false": "無"}), {"a": "boolean"}, [("true",), ("false",), (None,)])
    assert truths.rows == [("有",), ("無",), (None,)]


@pytest.mark.parametrize(
    ("unseen", "rows", "told"),
    [(["秘密"] * 3, "<10", "<10"), ([f"秘密{n}" for n in range(12)], "12", "12"), (["秘密"] * 12, "12", "<10")],
)
def test_values_not_in_the_table_stop_the_run_and_are_only_counted(unseen: list[str], rows: str, told: str) -> None:
    outcome = run_step(step(table=LICENCES), {"a": "text"}, [("運転",), (None,), *((value,) for value in unseen)])
    assert outcome.codes == ["unseen-value"]
    message = outcome.refused[0].line("ja")
    assert f"{told} 種類" in message
    assert f"{rows} 行" in message
    assert "秘密" not in message


def test_values_not_in_the_table_can_go_to_a_named_group_and_missing_ones_never_do() -> None:
    given = step(table=LICENCES, unseen="default", default="不明")
    outcome = run_step(given, {"a": "text"}, [("新しい",), (None,), ("運転",)])
    assert outcome.rows == [("不明",), (None,), ("その他",)]


def test_hidden_cells_stay_hidden_and_are_not_unseen() -> None:
    hide = {"a": {"column": "a", "equals": "秘密"}}
    outcome = run_step(step(table=LICENCES), {"a": "text"}, [("秘密",), ("運転",), (None,)], hide=hide)
    assert outcome.texts == [("*",), ("その他",), (None,)]


def test_two_columns_are_mapped_and_all_their_unseen_values_told_at_once() -> None:
    given = {**step(table={"x": "X"}), "columns": ["a", "b"]}
    types = {"a": "text", "b": "text"}
    assert run_step(given, types, [("x", "x"), (None, "x")]).rows == [("X", "X"), (None, "X")]
    assert run_step(given, types, [("y", "z")]).codes == ["unseen-value", "unseen-value"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "one-of"),
        ({"table": {"秘密": "x"}, "tree": TREE}, "one-of"),
        ({"table": {"秘密": "x"}, "level": 2}, "unused-key"),
        ({"table": {"秘密": ""}}, "bad-value"),  # an empty group would look like a missing value
        ({"table": {}}, "bad-value"),
        ({"table": {"秘密": "x"}, "unseen": "default"}, "default"),
        ({"table": {"秘密": "x"}, "default": "y"}, "default"),
        ({"tree": {"甲": ["秘密"], "乙": ["秘密"]}}, "repeated-value"),
        ({"tree": {"甲": "秘密"}}, "bad-value"),
        ({"hierarchy": "../秘密.csv"}, "outside-folder"),
        ({"hierarchy": "/etc/秘密.csv"}, "outside-folder"),
        ({"hierarchy": "C:\\秘密.csv"}, "outside-folder"),
        ({"hierarchy": "\\\\server\\share\\秘密.csv"}, "outside-folder"),
        ({"hierarchy": "a\\..\\..\\秘密.csv"}, "outside-folder"),
    ],
)
def test_a_spec_that_says_too_much_or_too_little_is_refused_without_values(given: dict[str, Any], code: str) -> None:
    assert code in refused_codes(**given)


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def test_a_hierarchy_file_lies_beside_the_spec(tmp_path: Path) -> None:
    (tmp_path / "levels").mkdir()
    write(tmp_path / "levels" / "a.csv", "x;X;*\ny;Y;*\n")
    for level, groups in ((1, [("X",), ("Y",), (None,)]), (2, [("*",), ("*",), (None,)])):
        given = step(hierarchy="levels/a.csv", level=level)
        assert run_step(given, {"a": "text"}, [("x",), ("y",), (None,)], folder=tmp_path).rows == groups


@pytest.mark.parametrize(
    ("name", "level", "code"), [("a.csv", 3, "bad-level"), ("b.csv", 1, "no-file"), ("link.csv", 1, "outside-folder")]
)
def test_a_hierarchy_file_that_cannot_be_used_is_refused(tmp_path: Path, name: str, level: int, code: str) -> None:
    folder = tmp_path / "spec"
    folder.mkdir()
    write(folder / "a.csv", "x;X;*\n")
    write(tmp_path / "outside.csv", "x;X;*\n")
    try:
        (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    except OSError:  # Windows lets few people make links
        write(folder / "link.csv", "x;X;*\n")
        code = code if name != "link.csv" else ""
    outcome = run_step(step(hierarchy=name, level=level), {"a": "text"}, [("x",)], folder=folder)
    assert outcome.codes == ([code] if code else [])


def test_without_a_folder_there_is_no_file() -> None:
    assert run_step(step(hierarchy="a.csv"), {"a": "text"}, [("x",)]).codes == ["outside-folder"]


@pytest.mark.parametrize("column", ["education", "marital-status", "native-country", "occupation", "workclass"])
@pytest.mark.parametrize("level", [1, 2])
def test_the_hierarchies_of_arx_map_the_adult_table(column: str, level: int) -> None:
    path = shared("data", "adult", f"adult_hierarchy_{column}.csv")
    with shared("data", "adult", "adult.csv").open(encoding="utf-8", newline="") as file:
        values = [row[column] for row in csv.DictReader(file, delimiter=";")]
    groups = {row[0]: row[level] for row in hierarchy_rows(path)}
    given = step(hierarchy=path.name, level=level)
    outcome = run_step(given, {"a": "text"}, [(value,) for value in values], folder=path.parent)
    assert len(outcome.rows) == 30_162
    assert Counter(row[0] for row in outcome.rows) == Counter(groups[value] for value in values)


def test_education_in_the_adult_table_gives_these_counts() -> None:
    path = shared("data", "adult", "adult_hierarchy_education.csv")
    with shared("data", "adult", "adult.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["education"], row["age"]) for row in csv.DictReader(file, delimiter=";")]
    outcome = run_step(
        {**step(hierarchy=path.name, level=2), "columns": ["education"]},
        {"education": "text", "age": "integer"},
        rows,
        folder=path.parent,
    )
    assert Counter(row[0] for row in outcome.rows) == {
        "Higher education": 16_581,
        "Secondary education": 13_097,
        "Primary education": 484,
    }
