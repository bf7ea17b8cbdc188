"""`risk` answers by file, frame and command alike, says what it was not asked, and tells no value."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare import Refused, UsageError, risk
from sudare.cli import main
from sudare.measures.risk import Risk

if TYPE_CHECKING:
    from pathlib import Path

CSV = """住所,年齢,病名,重み,人
岡村,34,風邪,10,a
岡村,34,風邪,10,a
岡村,34,骨折,2.5,b
青葉,71,風邪,1,c
青葉,,骨折,4,
"""
KEYS = [
    "rows", "units", "classes", "uniques", "k", "below_k", "prosecutor", "journalist", "marketer", "individual",
    "household", "l", "t", "suda", "population_uniques", "attack", "differencing", "points",
]  # fmt: skip
BOTH = ["住所", "年齢"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(CSV, encoding="cp932")
    return path


def problem(error: pytest.ExceptionInfo[Any]) -> tuple[str, str]:
    [one] = error.value.problems
    return one.code, one.where


def test_what_was_not_asked_is_null(source: Path) -> None:
    found = risk(source, BOTH).to_dict()
    assert list(found) == KEYS
    assert [found[key] for key in ("units", "l", "t", "suda", "population_uniques")] == [None] * 5
    assert (found["rows"], found["classes"], found["uniques"], found["k"]) == (5, 3, 2, 1)
    assert found["below_k"] == {"k": 5, "records": 5, "share": 1.0}
    assert found["prosecutor"] == {"max": 1.0, "mean": 3 / 5, "above": {"threshold": 0.2, "share": 1.0}}
    assert found["journalist"] == found["prosecutor"]
    assert found["marketer"] == 3 / 5
    assert found["individual"] == {"global": 3 / 5, "expected": 3.0}


def test_everything_that_can_be_asked(source: Path) -> None:
    found = risk(source, BOTH, sensitive="病名", weight="重み", k=3, suda=2, population=100).to_dict()
    assert found["below_k"] == {"k": 3, "records": 2, "share": 2 / 5}
    assert found["journalist"]["max"] == 1.0
    assert found["journalist"]["mean"] == pytest.approx((3 / 22.5 + 1 / 1 + 1 / 4) / 5)
    assert found["l"] == {"distinct": 1, "entropy": 1.0, "recursive": {"c": 2.0, "l": 1}}
    assert found["t"] == {"equal": pytest.approx(0.6), "ordered": None}
    # 青葉 71 and 青葉 missing are each singled out by the age alone: (2 - 1)! points each.
    assert found["suda"] == {"records": 2, "sum_score": 2, "columns": {"住所": 0.0, "年齢": 1.0}}
    assert found["population_uniques"]["population"] == 100
    assert set(found["population_uniques"]) == {"population", "pitman", "zayatz", "snb", "dankar", "model"}


def test_sizes_are_of_people_where_they_are_named(source: Path) -> None:
    """The first class has three rows of two people; its first person counts once, with one weight."""
    found = risk(source, ["住所"], unit="人", weight="重み", sensitive="病名", k=3)
    assert (found.rows, found.units, found.classes, found.k, found.uniques, found.below) == (5, 4, 2, 2, 0, 5)
    assert found.prosecutor.mean == 1 / 2
    assert found.journalist.mean == pytest.approx((3 / 12.5 + 2 / 5) / 5)


def test_a_person_alone_with_several_rows_is_one_unique(source: Path) -> None:
    found = risk(source, ["病名", "住所"], unit="人")
    assert (found.classes, found.uniques, found.below) == (4, 4, 5)


def test_a_missing_cell_is_a_value_or_fits_every_value(source: Path) -> None:
    assert risk(source, BOTH).uniques == 2
    assert risk(source, BOTH, missing="wildcard").uniques == 0


def test_an_order_of_numbers_is_seen_in_texts() -> None:
    table = {"a": ["x", "y", "y"], "pay": ["3", "4", "5"]}
    for kind in (pa.string(), pa.int64(), pa.float64()):
        given = pa.table({"a": table["a"], "pay": pa.array(table["pay"]).cast(kind)})
        assert risk(given, ["a"], sensitive="pay").to_dict()["t"]["ordered"] == 0.5
    gaps = pa.table({"a": table["a"], "pay": ["3", "4", None]})
    assert risk(gaps, ["a"], sensitive="pay").to_dict()["t"]["ordered"] is None


def test_numbers_written_in_two_ways_stay_two_values_without_an_order() -> None:
    given = pa.table({"a": ["x", "x"], "pay": ["1", "1.0"]})
    found = risk(given, ["a"], sensitive="pay").to_dict()
    assert (found["l"]["distinct"], found["t"]["ordered"]) == (2, None)


CELL = st.sampled_from([0, 1, 2, None])
ROWS = st.lists(st.tuples(CELL, CELL, st.sampled_from([1, 2, 3]), st.floats(0.5, 9)), max_size=20)
STORED = ["Int64", "str", "object", "category"]


@given(ROWS, st.sampled_from(STORED), st.sampled_from(["value", "wildcard"]), st.randoms(use_true_random=False))
def test_no_number_depends_on_how_a_frame_is_stored(rows: list[Any], stored: str, missing: Any, random: Any) -> None:
    names = ["a", "b", "s", "w"]
    asked = {"sensitive": "s", "weight": "w", "suda": 2, "missing": missing, "population": 1000}

    def measured(order: list[int], columns: list[str], kind: str) -> dict[str, Any]:
        frame = pd.DataFrame([rows[place] for place in order], columns=names, index=pd.Index(order, dtype="int64"))
        frame["w"] = frame["w"].astype(float)
        for name in ("a", "b"):
            cells = frame[name].astype("Int64")
            texts = cells.astype("string").astype(object).where(cells.notna(), None)
            if kind == "category":
                frame[name] = pd.Categorical(texts, categories=["2", "unused", "1", "0"])
            else:
                frame[name] = cells if kind == "Int64" else texts.astype(kind)
        frame["s"] = frame["s"].astype("int64")
        return risk(frame[[*columns, "s", "w"]], columns, **asked).to_dict()

    order = list(range(len(rows)))
    expected = measured(order, ["a", "b"], "Int64")
    random.shuffle(order)
    assert measured(order, ["b", "a"], stored) == expected  # every float to the last bit


@pytest.mark.parametrize(
    ("cells", "k", "uniques"), [([], None, 0), (["x"], 1, 1), (["x", "x"], 2, 0), ([None, None], 2, 0)], ids=str
)
def test_empty_one_row_constant_and_all_missing(cells: list[str | None], k: int | None, uniques: int) -> None:
    table = pa.table({"a": pa.array(cells, pa.string()), "s": pa.array(cells, pa.string())})
    for missing in ("value", "wildcard"):
        found = risk(table, ["a"], sensitive="s", suda=3, population=10, missing=missing)
        assert (found.k, found.uniques, found.rows) == (k, uniques, len(cells))
        assert not any(isinstance(x, float) and math.isnan(x) for x in numbers(found.to_dict()))
        assert found.lines("ja")
        assert "<table>" in found._repr_html_()
    empty = risk(table.slice(0, 0), ["a"], sensitive="s").to_dict()
    assert empty["prosecutor"] == {"max": None, "mean": None, "above": {"threshold": 0.2, "share": None}}
    assert empty["l"]["distinct"] is empty["t"]["equal"] is empty["marketer"] is empty["below_k"]["share"] is None


def numbers(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [x for part in data.values() for x in numbers(part)]
    return [data]


def test_a_column_that_is_not_there_is_told_by_the_option(source: Path) -> None:
    with pytest.raises(UsageError) as refused:
        risk(source, ["住所", "年令"], weight="おもみ")
    assert [(one.code, one.where) for one in refused.value.problems] == [
        ("missing-column", "qi"),
        ("missing-column", "weight"),
    ]
    assert "病名" not in str(refused.value)  # with a wrong header row a header is a record


@pytest.mark.parametrize("bad", ["", "0", "-3", "x", "inf"])
def test_a_bad_weight_is_refused_without_its_value(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"a,w\nx,1\ny,{bad}\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        risk(path, ["a"], weight="w")
    assert problem(refused) == ("bad-weight", "w")
    assert "1 " in str(refused.value)
    assert not bad or bad == "0" or bad not in str(refused.value)


def test_weights_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        risk(pa.table({"a": ["x"], "w": [True]}), ["a"], weight="w")
    assert problem(refused) == ("bad-weight", "w")


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        ({"qi": []}, "no-columns", "qi"),
        ({"qi": ["住所"], "sensitive": "住所"}, "sensitive-among-columns", "sensitive"),
        ({"qi": ["住所"], "k": 0}, "bad-value", "k"),
        ({"qi": ["住所"], "suda": 0}, "bad-value", "suda"),
        ({"qi": ["住所"], "missing": "both"}, "bad-value", "missing"),
        ({"qi": ["住所"], "unit": "人", "missing": "wildcard"}, "unit-with-wildcard", "missing"),
        ({"qi": ["住所"], "population": 4}, "small-population", "population"),
    ],
)
def test_what_cannot_be_meant_is_refused(source: Path, asked: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(UsageError) as refused:
        risk(source, **asked)
    assert problem(refused) == (code, where)


def test_what_a_notebook_saves_tells_no_small_count() -> None:
    """Of 100 records, seven are alone: neither their number nor a share that tells it is in what is saved."""
    found = risk(pa.table({"a": ["x"] * 93 + [f"{n}" for n in range(7)]}), "a")
    assert (found.uniques, found.below) == (7, 7)
    for saved in (repr(found), found._repr_html_()):
        assert "7" not in saved
        assert "93" not in saved


def test_the_result_is_frozen_and_shows_few() -> None:
    found = risk(pa.table({"a": ["x", "y", "y"]}), "a", suda=1)
    assert isinstance(found, Risk)
    with pytest.raises(AttributeError):
        found.k = 3  # type: ignore[misc]  # the point
    shown = found._repr_html_()
    assert shown.count("<tr>") == 5
    assert shown.count("&lt;10") == 2
    assert "33.3%" not in shown
    assert found.lines("en")[:4] == [
        "size: 3 rows",
        "k (smallest class): 1",
        "records in classes below 5: 3 (100.0%)",
        "alone with their combination: 1",
    ]


def run(capsys: Any, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["risk", *arguments])
    told = capsys.readouterr()
    return int(str(ended.value.code)), told.out, told.err


def test_the_command_answers_like_the_function(source: Path, capsys: Any) -> None:
    options = ["--sensitive", "病名", "--weight", "重み", "--k", "3", "--suda", "2", "--population", "100"]
    code, out, _ = run(capsys, str(source), "--qi", "住所, 年齢", *options, "--json")
    expected = risk(source, BOTH, sensitive="病名", weight="重み", k=3, suda=2, population=100)
    assert code == 0
    assert json.loads(out) == expected.to_dict()
    code, out, _ = run(capsys, str(source), "--qi", "住所,年齢", *options, "--lang", "ja")
    assert out.splitlines() == expected.lines("ja")
    code, out, _ = run(capsys, str(source), "--qi", "住所", "--unit", "人", "--json")
    assert json.loads(out)["units"] == 4


def test_the_command_refuses_in_words(source: Path, capsys: Any) -> None:
    code, out, err = run(capsys, str(source), "--qi", "名前", "--json")
    assert code == 2
    assert [one["code"] for one in json.loads(out)["problems"]] == ["missing-column"]
    assert "Traceback" not in err


def test_no_value_of_the_table_is_told(source: Path, capsys: Any) -> None:
    """Names of columns the analyst gave are told; cells and other headers are not."""
    options = ["--sensitive", "病名", "--weight", "重み", "--suda", "2", "--population", "100"]
    for shown in (["--json"], ["--lang", "ja"], ["--lang", "en"]):
        _, out, err = run(capsys, str(source), "--qi", "住所,年齢", *options, *shown)
        for value in ("岡村", "青葉", "風邪", "骨折"):
            assert value not in out + err
    found = risk(source, BOTH, sensitive="病名", suda=2)
    for value in ("岡村", "青葉", "風邪", "骨折"):
        assert value not in repr(found) + found._repr_html_()


def test_a_sheet_of_a_workbook_can_be_measured(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        pd.DataFrame({"a": ["x", "y"]}).to_excel(writer, sheet_name="一", index=False)
        pd.DataFrame({"a": ["x", "x"]}).to_excel(writer, sheet_name="二", index=False)
    code, out, _ = run(capsys, str(path), "--sheet", "二", "--qi", "a", "--json")
    assert (code, json.loads(out)["k"]) == (0, 2)
