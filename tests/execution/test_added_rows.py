"""Dummies lie among the true rows of the file, and nobody is safer in the books for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from checkup_table import TYPES, checkups
from small_runs import KEY, TODAY, Ran, declared, document, key_store, refused, run, step, texts
from sudare.engines.by_hand import text_of
from sudare.reports.dictionary import write_dictionary
from sudare.reports.report import write_report
from sudare.specs import check_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from sudare.specs import Document

NAMES = list(TYPES)
COLUMNS = [declared(name, kind) for name, kind in TYPES.items()]
KEEP = step("keep", *NAMES)


def dummies(*names: str, **more: Any) -> dict[str, Any]:
    return step("add-dummies", *(names or NAMES), **({"rows": 20, "domain": "提供用"} | more))


@cache
def rows() -> list[tuple[str | None, ...]]:
    return [tuple(None if cell is None else text_of(cell) for cell in row) for row in checkups(400)]


def table(records: Sequence[tuple[Any, ...]], names: Sequence[str] = NAMES) -> pa.Table:
    return texts(**dict(zip(names, map(list, zip(*records, strict=True)), strict=True)))


def added(ran: Ran, records: Sequence[tuple[Any, ...]]) -> list[int]:
    """Return where the rows stand that are none of the source."""
    known = {tuple(cell or "" for cell in row) for row in records}
    return [place for place, row in enumerate(ran.rows) if row not in known]


def test_the_file_holds_all_true_rows_and_the_dummies(tmp_path: Path) -> None:
    ran = run(tmp_path, document(COLUMNS, [KEEP, dummies()], key=KEY), table(rows()), store=key_store(tmp_path))
    assert len(ran.rows) == 420
    assert len(added(ran, rows())) == 20
    receipt = ran.receipt
    assert receipt["output"]["rows"] == 420
    assert receipt["output"]["added"] == 20
    assert [one.get("added") for one in receipt["steps"]] == [None, 20]
    assert [one["rows"] for one in receipt["steps"]] == [0, 0]


@pytest.mark.parametrize("threads", [1, 2])
def test_two_runs_give_the_same_bytes_whatever_the_threads(tmp_path: Path, threads: int) -> None:
    store = key_store(tmp_path)
    spec = document(COLUMNS, [KEEP, dummies()], key=KEY)
    first = run(tmp_path, spec, table(rows()), store=store, threads=1)
    assert run(tmp_path, spec, table(rows()), store=store, threads=threads).content == first.content


# Nine people of one town, 81 of another: with as many dummies as people, the nine are more than nine.
FEW = [("町1" if n < 9 else "町0", f"{n % 5}", f"{n % 3}", f"{n // 3 % 3}", f"{n // 9 % 5}") for n in range(90)]
FEW_NAMES = ["町", "年齢", "甲", "乙", "丙"]
FEW_COLUMNS = [declared(name) for name in FEW_NAMES]
FEW_STEPS = [step("keep", *FEW_NAMES), dummies(*FEW_NAMES, rows=90)]


def k(*columns: str, at_least: int) -> list[dict[str, object]]:
    return [{"measure": "k-anonymity", "columns": list(columns), "at_least": at_least}]


def test_a_class_that_would_pass_only_thanks_to_dummies_is_refused(tmp_path: Path) -> None:
    store = key_store(tmp_path)
    spec = document(FEW_COLUMNS, FEW_STEPS, key=KEY, checks=k("町", at_least=9))
    told = run(tmp_path, spec, table(FEW, FEW_NAMES), store=store).receipt["checks"][-1]
    assert told["value"] == 9
    assert told["released"] >= 10
    spec = document(FEW_COLUMNS, FEW_STEPS, key=KEY, checks=k("町", at_least=10))
    assert refused(lambda: run(tmp_path, spec, table(FEW, FEW_NAMES), store=store)) == {"check-failed": ["checks[0]"]}


def test_people_are_counted_without_dummies(tmp_path: Path) -> None:
    store = key_store(tmp_path)
    records = [(f"P{n:03}", *row) for n, row in enumerate(rows())]
    names = ["番号", *NAMES]
    steps = [
        step("pseudonymize", "番号", domain="受診者", **{"as": "番号"}),
        KEEP,
        dummies(*names),
    ]
    spec = document([declared("番号"), *COLUMNS], steps, key=KEY, unit={"person": "番号", "at_least": 401})
    assert "check-failed" in refused(lambda: run(tmp_path, spec, table(records, names), store=store))
    spec = document([declared("番号"), *COLUMNS], steps, key=KEY, unit={"person": "番号", "at_least": 400})
    ran = run(tmp_path, spec, table(records, names), store=store)
    assert (ran.receipt["output"]["rows"], ran.receipt["output"]["people"]) == (420, 400)
    ids = [row[ran.header.index("番号")] for row in ran.rows]
    assert len(set(ids)) == 420
    assert {len(one) for one in ids} == {16}
    assert set("".join(ids)) <= set("0123456789abcdef")


def test_dummies_come_after_rows_went_and_lie_anywhere(tmp_path: Path) -> None:
    gone = step("delete-records", where={"column": "性別", "equals": "男"})
    spec = document(COLUMNS, [gone, KEEP, dummies()], key=KEY)
    ran = run(tmp_path, spec, table(rows()), store=key_store(tmp_path))
    women = sum(row[2] == "女" for row in rows())
    assert len(ran.rows) == women + 20
    assert {row[2] for row in ran.rows} == {"女"}


def test_two_steps_of_dummies_differ(tmp_path: Path) -> None:
    steps = [KEEP, dummies(), dummies(rows=10, domain="別")]
    ran = run(tmp_path, document(COLUMNS, steps, key=KEY), table(rows()), store=key_store(tmp_path))
    assert ran.receipt["output"]["added"] == 30
    # Recombined values meet by chance now and then; the same draws twice would leave twenty at most.
    assert len({ran.rows[place] for place in added(ran, rows())}) > 20


def problems(spec: Document) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in check_document(spec, TODAY).problems]


def test_no_other_step_may_follow(tmp_path: Path) -> None:
    spec = document(COLUMNS, [dummies(), KEEP, dummies(domain="別")], key=KEY)
    assert problems(spec) == [("step-after-added-rows", "steps[1]")]
    assert list(refused(lambda: run(tmp_path, spec, table(rows()), store=key_store(tmp_path)))) == [
        "step-after-added-rows"
    ]


def test_they_may_not_lie_together_at_the_end() -> None:
    spec = document(COLUMNS, [KEEP, dummies()], key=KEY, output={"shuffle": False, "because": "試験"})
    assert problems(spec) == [("added-rows-in-order", "output.shuffle")]


def test_a_key_is_needed() -> None:
    assert problems(document(COLUMNS, [KEEP, dummies()])) == [("no-key-named", "steps[1]")]


def test_the_report_says_how_many_and_the_dictionary_only_that(tmp_path: Path) -> None:
    spec = document(COLUMNS, [KEEP, dummies(rows=37)], key=KEY)
    ran = run(tmp_path, spec, table(rows()), store=key_store(tmp_path))
    write_report(tmp_path / "report.html", spec, ran.outcome, "ja")
    write_dictionary(tmp_path / "dictionary.csv", spec, ran.outcome)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "うち疑似データ 37" in page
    assert "疑似データを除いた表で判定しました" in page
    beside = (tmp_path / "dictionary.csv").read_text(encoding="utf-8-sig")
    assert beside.count("疑似データ生成") == len(NAMES)
    assert "37" not in beside


def test_no_bar_of_a_chart_stands_thanks_to_dummies(tmp_path: Path) -> None:
    ran = run(tmp_path, document(FEW_COLUMNS, FEW_STEPS, key=KEY), table(FEW, FEW_NAMES), store=key_store(tmp_path))
    assert sum(row[0] == "町1" for row in ran.rows) >= 10
    after = next(story.after for story in ran.outcome.stories if story.name == "町")
    assert after is not None
    assert "町1" not in [bar.label.ja for bar in after.bars]
