"""A numbered example of the guideline, worked through live: the table, what is found, the steps, the table after."""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sudare.display import html_grid
from sudare.engines.engine import Engine
from sudare.execution.job import Job
from sudare.findings import View, detect
from sudare.keystore import KeyName, KeyStore
from sudare.language import Language, Text, preferred
from sudare.law import PSEUDO_ID, Example, eligibility_examples, examples, item_of, regime, standard
from sudare.reports.plain_table import plain_table
from sudare.specs import Document, dump_spec, parse_spec
from sudare.specs.reading import build
from sudare.tables.table import open_table
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.findings import Finding
    from sudare.law import EligibilityExample, Table

INVENTED = Text("例の表は、人も値もすべて架空です。", "Everybody and everything in the tables is invented.")
_KEY = "事例@1"  # thrown away with the folder: each time a case is worked through the pseudo-IDs are others
_SHOWN = 20  # rows of a table told on a screen; plain data hold them all
_LEVELS = {"must": Text("必須", "must"), "should": Text("推奨", "should"), "product": Text("独自", "product")}


@dataclass(frozen=True)
class Case:
    """A numbered example that was worked through: what was found in its table, and what its steps made of it."""

    example: Example
    findings: tuple[Finding, ...]
    columns: tuple[str, ...]  # of the table after
    rows: tuple[tuple[str, ...], ...]

    @property
    def as_expected(self) -> bool:
        """Whether every finding that the example asks for is there, and the table after is the one beside it."""
        found = {(one.kind, one.standard, one.columns) for one in self.findings}
        asked = {(one.kind, one.standard, one.columns) for one in self.example.expected}
        return asked <= found and self.columns == self.example.after.columns and self._same_rows()

    def _same_rows(self) -> bool:
        after = self.example.after
        keyed = {n for n, cell in enumerate(after.rows[0]) if cell == PSEUDO_ID}
        masked = (tuple(PSEUDO_ID if n in keyed and cell else cell for n, cell in enumerate(row)) for row in self.rows)
        return Counter(masked) == Counter(after.rows)

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable keys; tables as columns and rows of texts, an empty text for a missing cell."""
        lang, one = lang or preferred(), self.example
        return {
            "id": one.id,
            "title": one.title.pick(lang),
            "standard": one.standard,
            "section": one.section,
            "page": one.page,
            "article": _article(one).pick(lang),
            "note": INVENTED.pick(lang),
            "before": _plain(one.before.columns, one.before.rows),
            "findings": [finding.to_dict(lang) for finding in self.findings],
            "why": one.why.pick(lang),
            "steps": one.steps_in(lang),
            "after": _plain(self.columns, self.rows),
            "watch": one.watch.pick(lang),
            "as_expected": self.as_expected,
        }

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return the case as lines for a screen of fixed-width signs."""
        lang, one = lang or preferred(), self.example
        return [
            f"{one.id}  {one.title.pick(lang)}",
            _source(one).pick(lang),
            INVENTED.pick(lang),
            *_headed(_BEFORE, lang, _table_lines(one.before.columns, one.before.rows, lang)),
            *_headed(_FOUND, lang, [one.found.pick(lang), *(f"- {_told(f, lang)}" for f in self.findings)]),
            *_headed(_STEPS, lang, [one.why.pick(lang), *_step_lines(one, lang)]),
            *_headed(_AFTER, lang, _table_lines(self.columns, self.rows, lang)),
            "",
            _WATCH.fill(watch=one.watch).pick(lang),
            _verdict(self).pick(lang),
        ]

    def _repr_html_(self) -> str:
        lang, one = preferred(), self.example
        told = [one.found.pick(lang), *(_told(finding, lang) for finding in self.findings)]
        steps = [one.why.pick(lang), *_step_lines(one, lang)]
        last = [_WATCH.fill(watch=one.watch).pick(lang), _verdict(self).pick(lang)]
        return "".join(
            (
                f"<h4>{escape(f'{one.id}  {one.title.pick(lang)}')}</h4>",
                _paragraphs([_source(one).pick(lang), INVENTED.pick(lang)]),
                html_grid(_BEFORE, one.before.columns, one.before.rows[:_SHOWN], lang),
                _paragraphs([*_rest(len(one.before.rows), lang), *told, *steps]),
                html_grid(_AFTER, self.columns, self.rows[:_SHOWN], lang),
                _paragraphs([*_rest(len(self.rows), lang), *last]),
            )
        )


@dataclass(frozen=True, repr=False)
class Cases:
    """The numbered examples of the guideline, in its order: those of eligibility, then those of processing."""

    examples: tuple[EligibilityExample | Example, ...]

    def to_dict(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the stable key `cases`: of each its id, section, standard, article and title."""
        lang = lang or preferred()
        return {
            "cases": [
                {
                    "id": one.id,
                    "section": one.section,
                    "standard": one.standard if isinstance(one, Example) else None,
                    "article": _article(one).pick(lang),
                    "title": one.title.pick(lang),
                }
                for one in self.examples
            ]
        }

    def lines(self, lang: Language | None = None) -> list[str]:
        """Return the list as lines for a screen of fixed-width signs."""
        lang = lang or preferred()
        return plain_table([head.pick(lang) for head in _HEADS], self._rows(lang))

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def _rows(self, lang: Language) -> list[tuple[str, ...]]:
        return [(one.id, one.section, _article(one).pick(lang), one.title.pick(lang)) for one in self.examples]

    def _repr_html_(self) -> str:
        lang = preferred()
        return html_grid(_CASES, [head.pick(lang) for head in _HEADS], self._rows(lang), lang)


_BEFORE = Text("加工前の表", "the table before")
_FOUND = Text("見つかったこと", "what is found")
_STEPS = Text("手順", "the steps")
_AFTER = Text("加工後の表", "the table after")
_BECAUSE = Text("理由: {because}", "because: {because}")
_COMMA = Text("、", ", ")
_ELSEWHERE = frozenset({"technique", "columns", "standards", "because"})  # what a step says that is told in words
_WATCH = Text("注意: {watch}", "Mind: {watch}")
_CASES = Text("ガイドラインの事例", "the examples of the guideline")
_HEADS = (
    Text("番号", "id"),
    Text("節", "section"),
    Text("条項", "item"),
    Text("題名", "title"),
)


def all_cases() -> Cases:
    """Return the numbered examples.

    >>> [one["article"] for one in all_cases().to_dict("ja")["cases"]][3:5]
    ['法60条3項（未確認）', '施行規則62条1号']
    """
    return Cases((*eligibility_examples(), *examples()))


def work_through(example: Example) -> Case:
    """Look for findings in an example's table, make its steps as a run would, and return both.

    Nothing is left on the disk. Where a step needs a key, one is made and thrown away.

    >>> from sudare.law import example
    >>> work_through(example("3-2-4-2")).as_expected
    True
    """
    document = as_spec(example)
    with tempfile.TemporaryDirectory(prefix="sudare-case-") as folder, Engine(Path(folder) / "spill") as engine:
        findings = _detected(engine, _arrow(example.before), document)
    columns, rows = replay(document, example.before)
    return Case(example, findings, columns, rows)


def replay(document: Document, table: Table) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Make a spec's steps on an example's table, as a run would, and return the columns and rows after.

    Nothing is left on the disk; where the spec names a key, one is made and thrown away. Raises `Refused`, as a run.
    """
    with tempfile.TemporaryDirectory(prefix="sudare-case-") as folder:
        work = Path(folder)
        store = None
        if document.spec.key is not None:
            store = KeyStore(work / "keys")
            store.new(KeyName.parse(document.spec.key))
        with Engine(work / "spill") as engine:
            job = Job(document, _arrow(table), engine=engine, store=store)
            job.read()
            job.process()
            job.check()
            out = work / "out"
            out.mkdir()
            job.write(out)
            [written] = out.iterdir()
            columns, *rows = _read(written)
    return columns, tuple(rows)


def as_spec(example: Example) -> Document:
    """Return an example as a spec: its columns and steps, its rows in their order, a key where a step needs one."""
    key = {"key": _KEY} if any(techniques()[step["technique"]].needs_key for step in example.steps) else {}
    data = {
        "sudare": 1,
        "title": example.title.ja,
        **key,
        "input": {"columns": [column.to_dict() for column in example.columns]},
        "steps": example.steps,
        "output": {"shuffle": False, "because": "前と後の表を並べて見るため"},
    }
    return parse_spec(dump_spec(build(data)))


def _detected(engine: Engine, table: pa.Table, document: Document) -> tuple[Finding, ...]:
    reading = open_table(table, document.spec.input)
    relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
    return detect(View(engine, relation, reading.schema))


def _arrow(table: Table) -> pa.Table:
    cells = zip(*table.rows, strict=True)
    return pa.table(
        {
            name: pa.array([cell or None for cell in column], pa.string())
            for name, column in zip(table.columns, cells, strict=True)
        }
    )


def _read(file: Path) -> Iterator[tuple[str, ...]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from map(tuple, csv.reader(lines))


def _plain(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {"columns": list(columns), "rows": [list(row) for row in rows]}


def _article(example: EligibilityExample | Example) -> Text:
    today = regime("gov-current")
    return item_of(today, example.standard) if isinstance(example, Example) else today.article("definition").text


def _source(example: Example) -> Text:
    return Text(
        "{title}（{article}）。ガイドライン（2017年3月）{section}、{page}頁",
        "{title} ({article}). Guideline of March 2017, {section}, p. {page}",
    ).fill(
        title=standard(example.standard).title,
        article=_article(example),
        section=example.section,
        page=example.page,
    )


def _headed(title: Text, lang: Language, lines: Sequence[str]) -> list[str]:
    return ["", f"■ {title.pick(lang)}", *lines]


def _table_lines(columns: Sequence[str], rows: Sequence[Sequence[str]], lang: Language) -> list[str]:
    return [*plain_table(columns, rows[:_SHOWN]), *_rest(len(rows), lang)]


def _rest(rows: int, lang: Language) -> list[str]:
    """Say how many rows are not shown, where some are not."""
    more = rows - _SHOWN
    return [Text("（ほか {n} 行）", "({n} more rows)").fill(n=more).pick(lang)] if more > 0 else []


def _told(finding: Finding, lang: Language) -> str:
    about = Text("{columns}（{level}、{article}）: {message}", "{columns} ({level}, {article}): {message}").fill(
        columns=Text(_COMMA.ja.join(finding.columns), _COMMA.en.join(finding.columns)),
        level=_LEVELS[finding.level],
        article=item_of(regime("gov-current"), finding.standard),
        message=finding.message,
    )
    return about.pick(lang)


def _step_lines(example: Example, lang: Language) -> Iterator[str]:
    """Tell each step by its name, its parameters as a spec writes them, and its reason."""
    for n, step in enumerate(example.steps_in(lang), start=1):
        columns = step.get("columns", [])
        label = techniques()[step["technique"]].label.pick(lang)
        yield f"{n}. {label}: {_COMMA.pick(lang).join(columns)}" if columns else f"{n}. {label}"
        for key, value in step.items():
            if key not in _ELSEWHERE:
                yield f"   {key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        yield "   " + _BECAUSE.fill(because=step["because"]).pick(lang)


def _verdict(case: Case) -> Text:
    if case.as_expected:
        return Text("所見と加工後の表は、事例の記載と同じです。", "Findings and table are those of the example.")
    return Text("所見か加工後の表が、事例の記載と違います。", "Findings or table differ from those of the example.")


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
