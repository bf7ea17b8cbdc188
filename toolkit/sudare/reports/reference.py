"""The reference pages and the JSON Schema, generated from techniques and measures: `python -m sudare.reports.reference`.

A page says what the code says: nobody edits one by hand, and a test fails when one is stale.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from sudare.language import Text
from sudare.law import citations, cite
from sudare.reports.measure_pages import index_of_measures, measure_pages
from sudare.reports.page import COMMAND, MADE, SECTIONS, linked, titled
from sudare.reports.parameter_tables import enumerated, parameter_tables, prose, table
from sudare.specs import Spec, dump_spec, spec_schema
from sudare.tables.schema import TYPE_NAMES, Type
from sudare.techniques import techniques
from sudare.techniques.technique import EVERY_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.law import Citation
    from sudare.techniques.technique import Example, Technique

FOLDER = Path(__file__).with_name("reference")

_KINDS = {".md", ".json"}
_INTRODUCTION = (
    f"手法と指標のコードから `{COMMAND}` で作ります。手で直しません。\n\n"
    "Made from the code of techniques and measures; never edited by hand."
)
_FORMAT = (
    "[spec.schema.json](spec.schema.json) は仕様の JSON Schema です。コマンドの一覧は `sudare --help` で見られます。\n\n"
    "[spec.schema.json](spec.schema.json) is the JSON Schema of a spec. `sudare --help` lists the commands."
)


def pages() -> dict[str, str]:
    """Return every reference page, and the JSON Schema of a spec, by its path below `reference/`.

    UTF-8 texts with LF, the same on every machine: one page per technique and measure, `index.md`, and
    `spec.schema.json`. Techniques of other packages that are installed have pages too.

    Raises:
        UsageError: `unknown-citation` where a technique cites what the law room does not hold.

    >>> pages()["techniques/bin.md"].splitlines()[1]
    '# 一般化（階級） / bin into ranges'
    """
    return {
        "index.md": _index(),
        "spec.schema.json": json.dumps(spec_schema(), ensure_ascii=False, indent=2) + "\n",
        **{f"techniques/{name}.md": _technique_page(kind) for name, kind in techniques().items()},
        **measure_pages(),
    }


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the paths of pages that differ from `pages()`, are missing, or are there and should not be, in order.

    How a checkout ends its lines makes no difference.

    >>> stale(Path("no-such-folder"))[0]
    'index.md'
    """
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in _KINDS}
    wanted = pages()
    same = {name for name in wanted if name in there and there[name].read_text(encoding="utf-8") == wanted[name]}
    return sorted((there.keys() | wanted.keys()) - same)


def main(folder: Path = FOLDER) -> None:
    """Write what is stale, and remove the pages of techniques and measures that are gone.

    On the command line `--out FOLDER` names a folder to write to; pages that are there and have no source go.

    Raises:
        OSError: where the folder cannot be written, as in an installed package of another user.
    """
    wanted = pages()
    for name in stale(folder):
        path = folder / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()


def _technique_page(kind: type[Technique]) -> str:
    parts = [titled(kind.label, f"technique: {kind.id()}")]
    for lang, heading in SECTIONS:
        facts = "\n".join(f"- {prose(fact.pick(lang))}" for fact in _facts(kind))
        parts += [f"## {heading}", prose(kind.about.pick(lang)), facts, *parameter_tables(kind, lang)]
    return "\n\n".join([*parts, *_example(kind)]) + "\n"


def _facts(kind: type[Technique]) -> Iterator[Text]:
    law = cite(kind.law)
    yield Text("根拠: {title}。{source}", "Basis: {title}; {source}").fill(title=law.title, source=law.source)
    yield Text("約束: {promise}", "Promise: {promise}").fill(promise=kind.promise)
    accepted = enumerated([TYPE_NAMES[type_] for type_ in get_args(Type) if type_ in kind.accepts])
    if kind.accepts == EVERY_TYPE:
        accepted = Text("すべて", "all")
    yield Text("使える列の型: {types}", "Types of columns: {types}").fill(types=accepted)
    if kind.needs_key:
        yield Text("仕様に `key` が要ります。", "The spec must name a `key`.")
    if kind.replaces:
        yield Text("元の値は一つも残りません。", "No value stays as it was.")
    if not kind.decides:
        yield Text("これだけでは列の扱いを決めたことになりません。", "Does not by itself decide about a column.")


def _example(kind: type[Technique]) -> Iterator[str]:
    example = kind.example
    yield "## 例 / Example"
    yield "加工前 / Before"
    yield table(list(example.types), _rows(example.before))
    yield "手順 / Step"
    yield f"```yaml\n{_written(kind, example)}```"
    for name, content in example.files.items():
        yield f"仕様と同じ場所の `{name}` / `{name}`, beside the spec"
        yield "```\n" + "".join(f"{line}\n" for line in content.splitlines()) + "```"
    yield "加工後 / After"
    yield table(list(example.after_names), _rows(example.after))
    cells = {cell for row in (*example.before, *example.after) for cell in row}
    if None in cells:
        yield "空欄は欠測です。 / An empty cell is missing."
    if "*" in cells:
        yield "`*` は削除したセルで、欠測とは区別します。 / `*` is a suppressed cell, told apart from a missing one."
    if kind.needs_key:
        yield "鍵が違えば結果も違います。 / Another key gives another result."


def _rows(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
    return [["" if cell is None else cell for cell in row] for row in rows]


def _written(kind: type[Technique], example: Example) -> str:
    """Return the columns and the step as they stand in a spec."""
    columns = []
    for name, type_ in example.types.items():
        unit = {"unit": example.units[name]} if name in example.units else {}
        columns.append({"name": name, "type": type_, **unit})
    step = kind.model_validate(example.step)
    spec = Spec.model_validate({"sudare": 1, "title": "例", "input": {"columns": columns}, "steps": (step,)})
    _, heading, rest = dump_spec(spec).partition("input:\n")
    return heading + rest


def _index() -> str:
    rows = {basis: [law for law in citations() if (law.basis == "table1") == basis] for basis in (True, False)}
    everything = [[linked(f"techniques/{name}.md", kind.label), kind.label.en] for name, kind in techniques().items()]
    parts = [
        f"{MADE}# 手引き / Reference",
        _INTRODUCTION,
        "## ガイドライン別表1の手法 / Techniques of Table 1 of the guideline",
        table(["別表1", "Table 1", "手法 / techniques"], map(_resting_on, rows[True])),
        "## 別表1のほかの根拠 / What else a technique rests on",
        table(["根拠", "basis", "手法 / techniques"], map(_resting_on, rows[False])),
        "## すべての手法 / All techniques",
        table(["手法", "technique"], everything),
        "## 指標 / Measures",
        *index_of_measures(),
        "## 仕様の書式 / Format of a spec",
        _FORMAT,
    ]
    return "\n\n".join(parts) + "\n"


def _resting_on(law: Citation) -> list[str]:
    found = [linked(f"techniques/{name}.md", kind.label) for name, kind in techniques().items() if kind.law == law.id]
    place = Text("{title}（{page}頁）", "{title} (p. {page})") if law.page else Text("{title}", "{title}")
    title = place.fill(title=law.title, page=law.page)
    return [title.ja, title.en, "、".join(found) or "（まだありません / none yet）"]


def _asked() -> Path:
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write the reference pages.")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="default: where they are kept")
    folder: Path = parser.parse_args().out
    return folder


if __name__ == "__main__":
    main(_asked())
