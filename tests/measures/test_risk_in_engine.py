"""A large file, grouped by the engine, has the same risk as one that is read whole."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest

from shared_folder import shared
from sudare import risk
from sudare.cli import main
from sudare.engines.engine import Engine
from sudare.errors import Refused, UsageError
from sudare.measures import lines_in_engine
from sudare.measures.lines import read_lines
from sudare.measures.lines_in_engine import grouped_lines, lines_from
from sudare.measures.question import Question
from sudare.measures.risk import Risk, risk_of
from sudare.tables.table import describe_input, open_table

if TYPE_CHECKING:
    from pathlib import Path

SEVEN = ("urbrur", "roof", "walls", "water", "electcon", "relat", "sex")
TESTDATA = ("data", "sdcmicro", "testdata.csv")
WITH_HOLES = ("data", "sdcmicro", "testdata_na.csv")
ADULT = ("data", "adult", "adult.csv")
QUESTIONS = [
    (TESTDATA, Question(SEVEN, k=3, suda=3, population=100_000)),
    (TESTDATA, Question(SEVEN, weight="sampling_weight", household="ori_hid")),
    (TESTDATA, Question(("urbrur", "roof", "sex"), sensitive="electcon", unit="ori_hid", suda=2)),
    (TESTDATA, Question(("urbrur", "roof"), sensitive="age", household="ori_hid", unit="relat")),
    (WITH_HOLES, Question(SEVEN, missing="wildcard", weight="sampling_weight")),
    (WITH_HOLES, Question(SEVEN, suda=2, sensitive="age")),
    (ADULT, Question(("sex", "race", "age"), sensitive="education", suda=2, population=3_000_000)),
]


def both_ways(source: Any, question: Question, folder: Path) -> tuple[Risk, Risk]:
    declared = describe_input(source)
    whole = risk_of(read_lines(open_table(source, declared), question), question)
    with Engine(folder / "engine", threads=2) as engine:
        lines = grouped_lines(engine, open_table(source, declared), question)
    assert lines.counts is not None
    assert int(lines.counts.sum()) == whole.rows
    return risk_of(lines, question), whole


@pytest.mark.parametrize(("place", "question"), QUESTIONS)
def test_the_reference_tables_have_the_same_risk_both_ways(
    tmp_path: Path, place: tuple[str, ...], question: Question
) -> None:
    ours, whole = (flat(found.to_dict()) for found in both_ways(shared(*place), question, tmp_path))
    assert list(ours) == list(whole)
    exact = {key for key, value in whole.items() if not isinstance(value, float)}
    assert {key: ours[key] for key in exact} == {key: whole[key] for key in exact}
    assert [ours[key] for key in whole if key not in exact] == pytest.approx(
        [whole[key] for key in whole if key not in exact], rel=1e-12
    )


def flat(told: dict[str, Any], under: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in told.items():
        found |= flat(value, f"{under}{key}.") if isinstance(value, dict) else {f"{under}{key}": value}
    return found


def test_frames_with_holes_and_negative_zeros_are_grouped_like_they_are_read(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "a": pd.Categorical(["x", None, "y", "x", None], ["unused", "x", "y"]),
            "b": [0.0, float("nan"), -0.0, -0.0, float("nan")],
            "who": ["p", "p", "q", None, "r"],
            "s": [1, 2, 2, 3, 3],
        }
    )
    for question in (
        Question(("a", "b"), sensitive="s", suda=2),
        Question(("a", "b"), sensitive="s", unit="who", suda=2, household="who"),
    ):
        ours, whole = both_ways(frame, question, tmp_path / str(question.unit))
        assert ours == whole


def test_only_a_large_file_goes_through_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.csv"
    source.write_text("a,b\nx,1\nx,1\ny,2\n", encoding="utf-8")
    question = Question(("a", "b"))
    small = lines_from(source, open_table(source, describe_input(source)), question)
    large = lines_from(source, open_table(source, describe_input(source)), question, beyond=0)
    assert (small.counts, len(small.qi[0])) == (None, 3)
    assert large.counts is not None
    assert sorted(large.counts.tolist()) == [1, 2]
    assert risk_of(large, question) == risk_of(small, question)
    table = pa.table({"a": ["x"]})
    assert lines_from(table, open_table(table, describe_input(table)), Question(("a",)), beyond=0).counts is None
    before = risk(source, ["a", "b"]).to_dict()
    monkeypatch.setattr(lines_in_engine, "BEYOND", 0)
    assert risk(source, ["a", "b"]).to_dict() == before


def test_what_cannot_be_measured_is_told_alike(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("a,w\nx,1\ny,0\ny,0\nz,\n", encoding="utf-8")
    for question, error in ((Question(("a",), weight="w"), Refused), (Question(("b",)), UsageError)):
        told = []
        for beyond in (0, 10**9):
            with pytest.raises(error) as raised:
                lines_from(source, open_table(source, describe_input(source)), question, beyond)
            told.append([(p.code, p.where, p.what) for p in raised.value.problems])
        assert told[0] == told[1]
        if error is Refused:
            assert told[0][0][2].en.startswith("in 3 rows")


# --- households


def test_the_verb_tells_the_household_risk_of_sdcmicro(capsys: pytest.CaptureFixture[str]) -> None:
    source = shared(*TESTDATA)
    about = json.loads(shared("golden", "sdcmicro", "freq_testdata_7kv.json").read_text(encoding="utf-8"))
    with shared("golden", "sdcmicro", "freq_testdata_7kv.csv").open(encoding="utf-8", newline="") as file:
        highest = max(float(row["hier_risk"]) for row in csv.DictReader(file))
    found = risk(source, SEVEN, weight=about["w"], household="ori_hid")
    assert found.household is not None
    assert found.household.mean == pytest.approx(about["hier_risk"], rel=1e-9)
    assert found.household.highest == pytest.approx(highest, rel=1e-9)
    options = ["--qi", ",".join(SEVEN), "--weight", about["w"], "--household", "ori_hid", "--json"]
    with pytest.raises(SystemExit) as ended:
        main(["risk", str(source), *options])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["household"] == found.household.to_dict()


def test_members_without_weights_risk_one_in_their_class() -> None:
    table = pa.table({"a": ["x", "x", "y", "y", "y"], "home": ["1", "1", "1", "2", None]})
    found = risk(table, ["a"], household="home").household
    assert found is not None
    together = 1 - (1 / 2) ** 2 * (2 / 3)
    assert found.highest == pytest.approx(together)
    assert found.mean == pytest.approx((3 * together + 1 / 3 + 1 / 3) / 5)
    nothing = risk(table.slice(0, 0), ["a"], household="home").household
    assert nothing is not None
    assert nothing.to_dict() == {"max": None, "mean": None}
