"""A spec with every measure among its checks runs from end to end, and each limit that fails is told at its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from checks_at_work import every_check
from small_runs import TODAY, declared, refused, run, step
from sudare.engines.engine import Engine
from sudare.errors import Refused
from sudare.execution.job import Job
from sudare.measures import measures
from sudare.specs import check_document, dump_spec, parse_spec
from sudare.specs.diff import diff
from sudare.specs.policy import parse_policy
from sudare.specs.policy_rules import violations
from sudare.specs.reading import build

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Document

COLUMNS = [declared("a"), declared("b", "integer"), declared("s", "integer"), declared("w", "integer")]
CHECKS = list(every_check())
# Everybody is in a class of ten, twelve hundred alike in the population; s is as mixed in each class as in the whole.
ROWS = [(a, b, n % 4, 5 + n % 3) for a in ("x", "y") for b in (0, 1) for n in range(12)]
TABLE = pa.table(
    {name: pa.array([row[n] for row in ROWS], kind) for n, (name, kind) in enumerate(
        [("a", pa.string()), ("b", pa.int64()), ("s", pa.int64()), ("w", pa.int64())]
    )}
)  # fmt: skip
REGISTER = "a,b\r\n" + "".join(f"{a},{b}\r\n" for a in ("x", "y") for b in (0, 1) for _ in range(1200))
HIERARCHY = "0;low;*\r\n1;low;*\r\n2;high;*\r\n3;high;*\r\n"
LOOSE = {"at_least": "1", "at_most": "1", "population": "10000"}
# What no table of this size and shape can keep.
STRICT = {
    "k-anonymity": {"at_least": "13"},
    "l-diversity": {"at_least": "5"},
    "alpha-k": {"at_most": "0.2"},
    "k-map": {"at_least": "1201"},
    "delta-presence": {"at_most": "0"},
    "household-risk": {"at_most": "0.05"},
    "individual-risk": {"at_most": "0.001"},
    "journalist-risk": {"at_most": "0.01"},
    "marketer-risk": {"at_most": "0.01"},
    "prosecutor-risk": {"at_most": "0.08"},
}


def spec_with(folder: Path, *checks: dict[str, Any], columns: list[dict[str, Any]] = COLUMNS) -> Document:
    (folder / "register.csv").write_bytes(REGISTER.encode())
    (folder / "tree.csv").write_bytes(HIERARCHY.encode())
    names = [column["name"] for column in columns]
    data = {
        "sudare": 1,
        "title": "試験用の表",
        "input": {"columns": columns},
        "steps": [step("keep", *names, standards=[1])],
        "checks": list(checks),
    }
    return parse_spec(dump_spec(build(data)), folder / "all.sudare.yaml")


def asked(**limits: str) -> list[dict[str, Any]]:
    """Return every check in every kind, with some limits in the place of its own."""
    found = []
    for one in CHECKS:
        data = one.check.to_dict()
        found.append({**data, **{key: value for key, value in limits.items() if key in data}})
    return found


def test_every_measure_runs_in_one_spec(tmp_path: Path) -> None:
    spec = spec_with(tmp_path, *asked(**LOOSE))
    assert not check_document(spec, TODAY).problems
    done = run(tmp_path, spec, TABLE)
    told = [check for check in done.receipt["checks"] if check["measure"] in measures()]
    assert {check["measure"] for check in told} == set(measures())
    assert [check for check in told if not check["ok"]] == []
    assert len(done.rows) == len(ROWS)
    assert [table["file"] for table in done.receipt["tables"]] == ["register.csv"]
    assert [one["file"] for one in done.receipt["lists"]] == ["tree.csv"]
    values = {check["measure"]: check["value"] for check in told}
    assert (values["k-anonymity"], values["k-map"], values["delta-presence"]) == (12, 1200, 0.01)
    assert (values["alpha-k"], values["t-closeness"], values["sample-uniques"], values["suda"]) == (0.25, 0.0, 0, 0.0)
    json.dumps(done.receipt)


@pytest.mark.parametrize("measure", STRICT)
def test_each_limit_that_fails_is_told_at_its_place(tmp_path: Path, measure: str) -> None:
    loose = {"measure": "k-anonymity", "columns": ["a", "b"], "at_least": "1"}
    one = next(check for check in asked(**LOOSE) if check["measure"] == measure)
    spec = spec_with(tmp_path, loose, {**one, **STRICT[measure]})
    assert refused(lambda: run(tmp_path, spec, TABLE)) == {"check-failed": ["checks[1]"]}


ALONE = pa.table({name: TABLE[name].slice(0, 14) for name in TABLE.column_names})  # the last two are a class of two


@pytest.mark.parametrize(
    ("check", "value"),
    [
        ({"measure": "sample-uniques", "columns": ["b", "a", "s"], "at_most": "0"}, "<10"),
        ({"measure": "suda", "columns": ["b", "a", "s"], "at_most": "0"}, "<10"),
        (
            {
                "measure": "prosecutor-risk",
                "columns": ["a", "b"],
                "kind": "above",
                "threshold": "0.2",
                "at_most": "0.1",
            },
            "<=0.643",
        ),
    ],
)
def test_a_receipt_tells_no_small_count(tmp_path: Path, check: dict[str, Any], value: str) -> None:
    spec = spec_with(tmp_path, check)
    with Engine(tmp_path / "engine") as engine:
        job = Job(spec, ALONE, engine=engine, today=TODAY)
        job.read()
        job.process()
        with pytest.raises(Refused) as raised:
            job.check()
        [mine] = [one for one in job.receipt.to_dict("en")["checks"] if one["measure"] == check["measure"]]
    assert mine == {"measure": check["measure"], "ok": False, "value": value}
    [problem] = raised.value.problems
    assert value in problem.what.ja
    assert "下限" not in problem.what.ja


def test_what_a_measure_cannot_judge_stops_the_run_and_the_other_checks_are_told_too(tmp_path: Path) -> None:
    holes = TABLE.set_column(2, "s", pa.array([None, *TABLE["s"].to_pylist()[1:]], pa.int64()))
    base = {"measure": "t-closeness", "columns": ["a"], "sensitive": "s", "at_most": "1"}
    small = {"measure": "population-uniqueness", "columns": ["a"], "population": "10", "at_most": "1"}
    strict = {"measure": "k-anonymity", "columns": ["a"], "at_least": "100"}
    spec = spec_with(tmp_path, {**base, "kind": "ordered"}, small, strict)
    assert refused(lambda: run(tmp_path, spec, holes)) == {
        "missing-in-order": ["checks[0]"],
        "small-population": ["checks[1]"],
        "check-failed": ["checks[2]"],
    }


def test_files_and_columns_that_do_not_fit_are_told_before_the_run(tmp_path: Path) -> None:
    weighted = {"measure": "individual-risk", "columns": ["b"], "weight": "a", "at_most": "0.1"}
    ordered = {"measure": "t-closeness", "columns": ["b"], "sensitive": "a", "kind": "ordered", "at_most": "0.1"}
    spec = spec_with(tmp_path, *asked(**LOOSE), weighted, ordered)
    n = len(CHECKS)
    assert [(p.code, p.where) for p in check_document(spec, TODAY).problems] == [
        ("wrong-type", f"checks[{n}]"),
        ("wrong-type", f"checks[{n + 1}]"),
    ]
    (tmp_path / "register.csv").unlink()
    (tmp_path / "tree.csv").write_text("0;low;*\n0;low;*\n", encoding="utf-8")
    found = {(p.code, p.where) for p in check_document(spec, TODAY).problems}
    names = [one.name for one in CHECKS]
    assert ("no-file", f"checks[{names.index('k-map')}]") in found
    assert ("no-file", f"checks[{names.index('delta-presence')}]") in found
    assert ("bad-hierarchy", f"checks[{names.index('t-closeness-hierarchical')}]") in found


# --- policies and differences


@pytest.mark.parametrize("measure", [name for name in STRICT if name != "k-anonymity"])
def test_a_policy_can_ask_for_each_limit(tmp_path: Path, measure: str) -> None:
    one = next(check for check in asked(**LOOSE) if check["measure"] == measure)
    strict = STRICT[measure]
    options = {key: one[key] for key in ("kind", "c", "threshold", "at_most", "at_least") if key in one}
    rule = json.dumps({"measure": measure, **options, **strict})
    policy = parse_policy(f"sudare: 1\nmeasures: [{rule}]\n")
    for limits, codes in ((LOOSE, ["policy-measure"]), (strict, [])):
        spec = spec_with(tmp_path, {**one, **{key: value for key, value in limits.items() if key in one}})
        problems = violations(policy, spec, spec.spec.input.schema_, TODAY)
        assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("measure", STRICT)
def test_a_difference_says_whether_a_limit_was_loosened(tmp_path: Path, measure: str) -> None:
    one = next(check for check in asked(**LOOSE) if check["measure"] == measure)
    loose, strict = spec_with(tmp_path, one), spec_with(tmp_path, {**one, **STRICT[measure]})
    assert [(change.code, change.loosens) for change in diff(strict, loose).changes] == [("check-loosened", True)]
    assert [(change.code, change.loosens) for change in diff(loose, strict).changes] == [("check-tightened", False)]
