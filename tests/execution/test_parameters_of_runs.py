"""What is set for a run is recorded with it, unless it would repeat the data, and makes its rows another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from small_runs import KEY, TODAY, declared, document, key_store, refused, run, step, texts
from sudare.engines.engine import Engine
from sudare.execution.job import Job
from sudare.reports import write_report
from sudare.specs import Document, parse_spec, signed

if TYPE_CHECKING:
    from pathlib import Path

RARE = "くすのき町"
COLUMNS = [declared("住所"), declared("年", "integer")]
TABLE = texts(住所=["松山市"] * 30 + [RARE] * 3, 年=["2020"] * 30 + ["2031", "2032", "2033"])
STEPS = [step("keep", "住所"), step("top-code", "年", at_least=2031, label="以降")]


def spec(values: dict[str, str] | None = None, **defaults: str) -> Document:
    """Make a spec whose top code is a parameter, and set some."""
    text = document(COLUMNS, STEPS, parameters={"至年": "2031", **defaults}, key=KEY).text
    return parse_spec(text.replace('at_least: "2031"', 'at_least: "${至年}"'), None, values)


def test_the_receipt_tells_every_parameter_and_which_were_set(tmp_path: Path) -> None:
    store = key_store(tmp_path)
    default = run(tmp_path, spec(予備="x"), TABLE, store=store).receipt
    assert (default["parameters"], default["overridden"]) == ({"至年": "2031", "予備": "x"}, [])
    other = run(tmp_path, spec({"至年": "2032"}), TABLE, store=store).receipt
    assert (other["parameters"], other["overridden"]) == ({"至年": "2032"}, ["至年"])
    assert default["spec"] == {"sha256": spec(予備="x").sha256}
    assert run(tmp_path, document(COLUMNS, STEPS), TABLE).receipt["parameters"] == {}


@pytest.mark.parametrize("value", [RARE, f"令和8年の{RARE}分", "2033", "西暦2033年", "くすのき　町"])
def test_a_value_that_repeats_a_rare_one_of_the_data_is_refused_and_not_recorded(tmp_path: Path, value: str) -> None:
    asked = spec({"予備": value}, 予備="x")
    store = key_store(tmp_path)
    assert refused(lambda: run(tmp_path, asked, TABLE, store=store), RARE, "2033") == {
        "value-in-parameter": ["parameters.予備"]
    }
    with Engine(tmp_path / "again") as engine:
        job = Job(asked, TABLE, engine=engine, store=store, today=TODAY)
        refused(job.read, RARE)
        told = job.receipt.refused(()).to_dict("ja")
    assert (told["parameters"], told["overridden"]) == ({"至年": None, "予備": None}, ["予備"])


@pytest.mark.parametrize("value", ["松山市", "2020", "令和8年度", ""])
def test_a_value_that_many_share_or_that_is_no_value_is_recorded(tmp_path: Path, value: str) -> None:
    ran = run(tmp_path, spec({"予備": value}, 予備="x"), TABLE, store=key_store(tmp_path))
    assert ran.receipt["parameters"]["予備"] == value


def test_a_refused_run_tells_the_names_only_even_after_its_file_was_written(tmp_path: Path) -> None:
    with Engine(tmp_path / "w") as engine:
        job = Job(spec(), TABLE, engine=engine, store=key_store(tmp_path), today=TODAY)
        for stage in (job.read, job.process, job.check):
            stage()
            assert job.receipt.to_dict("ja")["parameters"] == {"至年": None}
        (tmp_path / "out").mkdir()
        assert job.write(tmp_path / "out").receipt.to_dict("ja")["parameters"] == {"至年": "2031"}
        # As where an identifier is found in a file beside the data: the value may be the very reason.
        assert job.receipt.refused(()).to_dict("ja")["parameters"] == {"至年": None}


def test_another_value_gives_another_order_of_rows_and_the_default_gives_the_same(tmp_path: Path) -> None:
    """Otherwise two deliveries of one spec and file could be laid side by side, row by row."""
    store = key_store(tmp_path)
    table = texts(住所=[f"町{n}" for n in range(60)], 年=["2020"] * 60)
    orders = [
        run(tmp_path, spec(values), table, store=store).rows for values in ({}, {"至年": "2031"}, {"至年": "2032"})
    ]
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


@pytest.mark.parametrize("value", ["2031", "2032"])
def test_the_report_says_what_was_set_in_place_of_what_was_approved(tmp_path: Path, value: str) -> None:
    approved = signed(spec(), "佐藤", on=TODAY)
    asked = parse_spec(approved.text, None, {"至年": value})
    ran = run(tmp_path, asked, TABLE, store=key_store(tmp_path))
    page = tmp_path / "report.html"
    write_report(page, asked, ran.outcome, "ja")
    told = page.read_text(encoding="utf-8")
    assert f"至年 = {value}" in told
    changed = value != "2031"
    assert ("この実行では次のパラメーターに別の値を指定しました: 至年。" in told) == changed
    assert ("承認された既定値と違う値で使います: 至年。" in told) == changed
    assert ("この実行で指定。" in told) == changed
