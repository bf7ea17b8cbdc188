"""What a search found is run as a spec and gives exactly the table that was found."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from optimizer.small_tables import Small, tables
from small_runs import declared, document, run
from sudare.errors import Refused, SudareError, UsageError
from sudare.optimizer import Goals, Hierarchy, Search, Task, categories, dates, places, search, widths
from sudare.optimizer.steps import Design
from sudare.specs import read_spec

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.optimizer.lattice import Levels


def as_csv(small: Small) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(f"q{n}" for n in range(len(small.hierarchies))), "s", "line"])
    lines = [[*("" if cell is None else cell for cell in row), "-"] for row in small.rows]
    writer.writerows(lines)  # the last column is out of scope, and keeps rows of missing cells from being blank
    return text.getvalue()


def work(folder: Path, small: Small, **about: Any) -> tuple[Search, Counter[tuple[str, ...]], list[str]]:
    """Search, write the spec, run it; return what was found, the rows that came out and their header."""
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    (place / "in.csv").write_text(as_csv(small), encoding="utf-8", newline="")
    names = [f"q{n}" for n in range(len(small.hierarchies))]
    task = Task(dict(zip(names, small.hierarchies, strict=True)), names, **about)
    found = search(place / "in.csv", task, lang="en")
    found.write_spec(place / "found.sudare.yaml")
    ran = run(place, read_spec(place / "found.sudare.yaml"), place / "in.csv")
    return found, Counter(ran.rows), ran.header


def expected(small: Small, levels: Levels, missed: list[bool]) -> Counter[tuple[str, ...]]:
    """Return the rows that must come out; a column that is alike for all is gone."""
    pairs = list(zip(small.hierarchies, levels, strict=True))
    left = [n for n, (one, level) in enumerate(pairs) if not (level > 0 and len(set(one.groups(level))) == 1)]
    rows = zip(small.rows, small.released(levels), missed, strict=True)
    kept = [(*(new[n] for n in left), old[-1]) for old, new, gone in rows if not gone]
    return Counter(tuple(cell or "" for cell in row) for row in kept)


@settings(
    max_examples=8,  # each is a run
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tables(), st.integers(2, 4))
def test_the_spec_gives_the_table_that_was_found(tmp_path: Path, small: Small, k: int) -> None:
    try:
        found, rows, header = work(tmp_path, small, goals=Goals(k, 1), sensitive="s", suppress=0.3)
    except Refused as refused:
        codes = [problem.code for problem in refused.problems]
        if codes == ["out-of-reach"]:
            return
        raise
    levels = tuple(found.levels.values())
    missed = small.missed(levels, k)
    assert sum(missed) == found.suppressed
    assert rows == expected(small, levels, missed)
    assert len(set(header)) == len(header)


def test_classes_that_are_not_diverse_go_by_name(tmp_path: Path) -> None:
    hierarchy = Hierarchy((("1", "a"), ("2", "a"), ("3", "b"), ("4", "b")))
    rows = [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y"), ("3", "x"), ("3", "x"), (None, "y"), (None, "y")]
    small = Small([*rows, *rows, ("4", "x")], (hierarchy,))
    found, came_out, _ = work(tmp_path, small, goals=Goals(3, 2), sensitive="s", suppress=0.6)
    levels = tuple(found.levels.values())
    assert (levels, found.suppressed) == ((0,), 9)  # 3, 4 and the missing ones
    assert came_out == expected(small, levels, small.missed(levels, 3, 2))
    assert sum(came_out.values()) == 8


@settings(
    max_examples=8,  # each is a run
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tables(), st.integers(1, 3), st.sampled_from([0.2, 0.375, 0.5]), st.booleans())
def test_classes_of_other_distributions_go_and_the_check_holds(
    tmp_path: Path,
    small: Small,
    k: int,
    t: float,
    diverse: bool,  # noqa: FBT001
) -> None:
    goals = Goals(k, 2 if diverse else None, t)
    try:
        found, rows, _ = work(tmp_path, small, goals=goals, sensitive="s", suppress=0.4)
    except Refused as refused:
        codes = [problem.code for problem in refused.problems]
        if codes == ["out-of-reach"]:
            return
        raise
    levels = tuple(found.levels.values())
    missed = small.missed(levels, k, 2 if diverse else 1, t)
    assert sum(missed) == found.suppressed
    assert rows == expected(small, levels, missed)


def test_the_check_is_about_what_is_left_where_records_go(tmp_path: Path) -> None:
    hierarchy = Hierarchy((("1",), ("2",), ("3",)))
    rows = [("1", "x"), ("1", "y"), ("2", "x"), ("2", "x"), ("2", "y"), ("3", "y"), ("3", "y")]
    small = Small(rows * 3, (hierarchy,))
    found, came_out, _ = work(tmp_path, small, goals=Goals(2, t=0.25), sensitive="s", suppress=0.4)
    assert found.suppressed == 6  # 3 is far: all y, 3 in 7 of the whole table x
    assert sum(came_out.values()) == 15
    [deleted] = [step for step in found.steps if step["technique"] == "delete-small-classes"]
    assert {key: deleted[key] for key in ("below", "sensitive", "close", "at_most")} == {
        "below": 2,
        "sensitive": "s",
        "close": "0.25",
        "at_most": "40%",
    }
    assert found.parts["checks"] == [
        {"measure": "k-anonymity", "columns": ["q0"], "at_least": 2},
        {"measure": "t-closeness", "columns": ["q0"], "sensitive": "s", "at_most": "0.25"},
    ]


def test_the_limit_of_the_check_is_what_the_table_keeps_where_that_is_further() -> None:
    design = Design({"a": Hierarchy((("1",),))}, Goals(2, t=0.2), "s", Decimal(0), "en")
    limits = [design.checks((0,), far)[-1]["at_most"] for far in (0.0, 0.2, 0.201, 1.0)]
    assert limits == ["0.2", "0.2", "0.21", "1"]


def people() -> dict[str, list[str]]:
    return {
        "年齢": [str(20 + n % 37) for n in range(60)],
        "受診日": [f"{2024 + n % 2}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(60)],
        "住所": [
            ("愛媛県松山市一番町1", "愛媛県今治市別宮町1", "高知市本町1", "府中市宮西町1")[n % 4] for n in range(60)
        ],
        "職": [("教諭", "講師", "事務")[n % 3] for n in range(60)],
    }


def made() -> dict[str, Hierarchy]:
    cells = {name: sorted(set(values)) for name, values in people().items()}
    return {
        "年齢": widths(cells["年齢"], [5, 10, 20], unit="歳"),
        "受診日": dates(cells["受診日"]),
        "住所": places(cells["住所"]),
        "職": categories({"教員": ["教諭", "講師"], "職員": ["事務"]}),
    }


@pytest.mark.parametrize(
    ("column", "level"), [(c, n) for c, top in zip(made(), (4, 4, 4, 2), strict=True) for n in range(1, top)]
)
def test_each_level_of_a_made_hierarchy_is_done_by_its_own_steps(tmp_path: Path, column: str, level: int) -> None:
    cells, hierarchy = people()[column], made()[column]
    design = Design({column: hierarchy}, Goals(1), None, Decimal(0), "ja")
    assert design.files((level,)) == {}
    steps = [dict(step) for step in design.steps((level,))]
    spec = document([declared(column, hierarchy.type)], steps, dismissed=DISMISSED if column == "住所" else [])
    ran = run(tmp_path, spec, pa.table({column: cells}))
    of = dict(zip(hierarchy.leaves, hierarchy.groups(level), strict=True))
    assert Counter(row[0] for row in ran.rows) == Counter(of[value] for value in cells)


# The run's own detectors look at names of places again.
DISMISSED = [{"finding": "address/住所", "standards": [1], "because": "市町村まで"}]


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a\n1\n1\n", encoding="utf-8")
    found = search(tmp_path / "in.csv", Task({"a": Hierarchy((("1", "x"),))}, ["a"], Goals(2)))
    found.write_spec(tmp_path / "s.sudare.yaml")
    with pytest.raises(SudareError) as raised:
        found.write_spec(tmp_path / "s.sudare.yaml")
    assert [problem.code for problem in raised.value.problems] == ["cannot-write"]


def test_what_a_notebook_shows_holds_no_header_and_no_value(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("例田一子\n116\n116\n", encoding="utf-8")
    found = search(tmp_path / "in.csv", Task({"例田一子": Hierarchy((("116", "x"),))}, ["例田一子"], Goals(2)))
    for text in (repr(found), found._repr_html_()):
        assert not any(part in text for part in ("例田", "116"))
    assert "例田一子: 段 0" in found.lines("ja")


def test_values_that_a_hierarchy_lacks_are_counted_and_not_told(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b\n1,秘密\n1,秘密\n2,秘密\n1,x\n", encoding="utf-8")
    hierarchies = {"a": Hierarchy((("1", "*"),)), "b": Hierarchy((("x", "*"),))}
    with pytest.raises(Refused) as raised:
        search(tmp_path / "in.csv", Task(hierarchies, ["a", "b"], Goals(2)))
    assert [(p.code, p.where) for p in raised.value.problems] == [("unlisted-value", "a"), ("unlisted-value", "b")]
    assert "秘密" not in str(raised.value)


def test_a_goal_that_no_levels_reach_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a\n1\n2\n", encoding="utf-8")
    with pytest.raises(Refused) as raised:
        search(tmp_path / "in.csv", Task({"a": Hierarchy((("1", "x"), ("2", "y")))}, ["a"], Goals(2)))
    assert [problem.code for problem in raised.value.problems] == ["out-of-reach"]


@pytest.mark.parametrize(
    "about",
    [
        {"qi": []},
        {"qi": ["a", "a"]},
        {"goals": Goals(2, 2)},
        {"sensitive": "s"},
        {"goals": Goals(2, 2), "sensitive": "a"},
        {"suppress": 1.5},
        {"weights": {"z": 1.0}},
        {"weights": {"a": 0.0}},
        {"weights": {"a": float("nan")}},
    ],
)
def test_a_task_that_contradicts_itself_is_refused(about: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Task(**{"hierarchies": {}, "qi": ["a"], "goals": Goals(2), **about})


@pytest.mark.parametrize(("name", "code"), [("b", "no-hierarchy"), ("a", "missing-column")])
def test_a_column_without_hierarchy_or_that_is_not_there_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "in.csv").write_text("b\n1\n2\n", encoding="utf-8")
    with pytest.raises(Refused) as raised:
        search(tmp_path / "in.csv", Task({"a": Hierarchy((("1", "*"),))}, [name], Goals(2)))
    assert [problem.code for problem in raised.value.problems] == [code]
