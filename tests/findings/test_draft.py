"""A draft: a complete spec made from findings, that decides every column, is signed by nobody, and runs or stops."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

import sudare
from small_runs import key_store
from sudare.cli import main
from sudare.engines.engine import Engine
from sudare.errors import Refused
from sudare.execution.job import Job
from sudare.specs import check_document, parse_spec
from sudare.tables.samples import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.specs import Document


@pytest.fixture(scope="module", params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("sample") / f"{request.param}.csv"
    SAMPLES[request.param].write(path)
    return path


def drafted(path: Path, **options: object) -> Document:
    draft = sudare.detect(path, draft=True, lang="ja", **options).draft
    assert draft is not None
    return draft


def test_a_draft_decides_every_column_and_each_reason_names_its_finding(sample: Path) -> None:
    found = sudare.detect(sample, draft=True, lang="ja")
    assert found.draft is not None
    checked = check_document(found.draft)
    assert checked.problems == ()
    ids = {finding.id for finding in found.findings}
    for step in found.draft.spec.steps:
        named = step.because.removeprefix("所見 ").removesuffix("（下書き）")
        assert named in ids or step.because == "所見なし（下書き）"


def test_nobody_signs_a_draft(sample: Path) -> None:
    draft = drafted(sample)
    assert all(step.by is None for step in draft.spec.steps)
    assert {covered.status for covered in check_document(draft).standards} == {"open"}


def test_a_draft_is_written_in_the_canonical_style(sample: Path) -> None:
    draft = drafted(sample)
    assert parse_spec(draft.text).spec == draft.spec
    assert draft.text.startswith("sudare: 1\ntitle: ")


def test_a_draft_runs_or_stops_before_anything_is_written(sample: Path, tmp_path: Path) -> None:
    with Engine(tmp_path / "spill") as engine:
        job = Job(drafted(sample), sample, engine=engine, store=key_store(tmp_path))
        job.read()
        try:
            job.process()
            job.check()
        except Refused as refused:
            assert {problem.code for problem in refused.problems} <= {"too-many-deleted", "check-failed"}  # noqa: PT017
            return
        job.write(tmp_path)
    assert (tmp_path / "processed.csv").exists()


def test_columns_outside_the_proposal_go_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "input.csv"
    SAMPLES["health-checkup"].write(path)
    spec = drafted(path, proposal=["住所", "年齢", "性別", "判定"]).spec
    assert spec.out_of_scope is not None
    kept = {name for step in spec.steps for name in step.columns}
    assert kept == {"住所", "年齢", "性別", "判定"}
    assert set(spec.out_of_scope.columns) == set(spec.input.schema_.names) - kept
    # What is out of scope is still declared as what it is: the gate looks for its texts in the output.
    assert {c.called for c in spec.input.columns if c.kind == "direct-identifier"} == {"氏名", "フリガナ", "電話番号"}


def test_the_command_prints_findings_and_writes_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, spec = tmp_path / "input.csv", tmp_path / "draft.sudare.yaml"
    SAMPLES["household-register"].write(path)
    main_quietly(["detect", str(path), "--draft", str(spec), "--json", "--lang", "ja"])
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == 3600
    first = told["findings"][0]
    assert {"id", "columns", "kind", "standard", "level", "count", "share", "message", "suggestions"} <= set(first)
    assert sudare.check(spec).ok
    main_quietly(["detect", str(path), "--lang", "en"])
    assert "standard 4: 2 findings" in capsys.readouterr().out


def test_a_draft_never_writes_over_a_file(tmp_path: Path) -> None:
    path, spec = tmp_path / "input.csv", tmp_path / "draft.sudare.yaml"
    path.write_text("氏名,年齢\n佐藤 花子,34\n", encoding="utf-8")
    spec.write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["detect", str(path), "--draft", str(spec)])
    assert ended.value.code == 1
    assert spec.read_text(encoding="utf-8") == "mine"


def test_thresholds_of_ones_own_extend_standard_4(tmp_path: Path) -> None:
    path, own = tmp_path / "input.csv", tmp_path / "own.toml"
    path.write_text("勤続年数\n" + "\n".join(str(n) for n in [*range(1, 30), 71]) + "\n", encoding="utf-8")
    own.write_text(
        '[[thresholds]]\nid = "service"\ntitle = {ja = "勤続年数", en = "years of service"}\nwords = ["勤続年数"]\n'
        'unit = "年"\nunusual = 60\ncut = 40\nsource = "町の人事統計"\nat = "総務課"\ndate = 2026-04-01\n'
        'share = {ja = "60年以上の職員はいません。", en = "Nobody has served for 60 years."}\n',
        encoding="utf-8",
    )
    assert not [one for one in sudare.detect(path).findings if one.standard == 4]
    [found] = [one for one in sudare.detect(path, outside=own).findings if one.standard == 4]
    assert found.id == "unusual-in-society/勤続年数"
    own.write_text("thresholds = 3\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        sudare.detect(path, outside=own)
    assert [problem.code for problem in refused.value.problems] == ["bad-thresholds"]


def main_quietly(arguments: list[str]) -> None:
    """Run the command and see that it ends well."""
    with contextlib.suppress(SystemExit):
        main(arguments)
