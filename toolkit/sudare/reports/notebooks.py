"""The notebooks, made from the law data and run: `python -m sudare.reports.notebooks` in a checkout.

A notebook says what the examples say: nobody edits one by hand, and a test fails when one is stale.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from sudare.language import Text
from sudare.law import standard, table1
from sudare.law.lessons import lesson_plans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbformat import NotebookNode

COMMAND = "python -m sudare.reports.notebooks"
FOLDER = Path(__file__).parents[3] / "notebooks"  # of a checkout

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"  # names a model that dies with the kernel
_SECONDS = 300  # that a cell may take
_AT_ONCE = 2  # kernels
_FOR = Text(
    "説明する人と、はじめて学ぶ人のためのものです。{n}分ほどです。",
    "For those who explain and those who learn; about {n} minutes.",
)
_LIST = Text("ノートブックの一覧", "All notebooks, in order")

# The cells of a lesson: the method, the heading, and a line of what to look at.
_WORKED = (
    ("data", Text("表を見る", "The table"), Text("", "")),
    (
        "chart",
        Text("目立つところを図で見る", "What stands out, on a chart"),
        Text("◆の付いた棒が、この事例の注目点です。", ""),
    ),
    ("found", Text("何が問題か", "What the matter is"), Text("", "")),
    ("choose", Text("決め方を選ぶ", "Choose a way to decide"), Text("選ぶと、下の結果がすべて変わります。", "")),
    (
        "safety",
        Text("安全性の前と後", "Safety before and after"),
        Text("少ない人数の組ほど、誰かが分かりやすくなります。", ""),
    ),
    (
        "step",
        Text("仕様に残る手順", "The recorded step"),
        Text("次に同じ種類の表が来たとき、この記録をそのまま実行します。", ""),
    ),
    ("again", Text("記録をもう一度実行する", "The record, run again"), Text("", "")),
    ("decision", Text("決定を言葉で", "The decision in words"), Text("", "")),
)
_PSEUDO_ID = (
    (
        "data",
        Text("仮IDの注意：番号の用意", "A note on pseudo-IDs: the numbers"),
        Text("一号の注（※）にある話です。", ""),
    ),
    (
        "attack",
        Text("鍵のないハッシュを破る", "Breaking a hash without a key"),
        Text("辞書攻撃：候補を順に試します。", ""),
    ),
    ("keyed", Text("鍵のある仮IDは破れない", "A keyed pseudo-ID holds"), Text("", "")),
    ("keys", Text("鍵を提供先と時期ごとに替える", "Another key for each recipient and period"), Text("", "")),
    ("decision", Text("仮IDの決定を言葉で", "The decision on pseudo-IDs in words"), Text("", "")),
)
_ELIGIBLE = (
    ("questions", Text("問いを見る", "The questions"), Text("", "")),
    ("cases", Text("支障がある四つの事例", "The four cases of hindrance"), Text("", "")),
    ("choose", Text("自分で答える", "Give answers of your own"), Text("答えを替えると、下の決定が変わります。", "")),
    ("decision", Text("決定を言葉で", "The decision in words"), Text("", "")),
)
_TABLE_1 = (
    ("about", Text("どんな手法か", "What the technique is"), Text("", "")),
    ("choose", Text("手法を選ぶ", "Choose a technique"), Text("選ぶと、下の表がすべて変わります。", "")),
    ("data", Text("加工前の表", "The table before"), Text("", "")),
    ("step", Text("手順", "The step"), Text("", "")),
    ("result", Text("結果と、成り立つこと", "The result, and what holds of it"), Text("", "")),
    ("decision", Text("決定を言葉で", "The decision in words"), Text("", "")),
)
_WALK = (
    ("data", Text("実在のデータ", "A real table"), Text("行は表示しません。", "")),
    ("chart", Text("年齢の分布", "The ages"), Text("階級ごとの数だけを見ます。", "")),
    ("found", Text("見つかったこと", "What is found"), Text("", "")),
    ("step", Text("下書きの決定", "A decision of the draft"), Text("", "")),
    ("safety", Text("安全性の前と後", "Safety before and after"), Text("", "")),
    ("again", Text("下書きの実行", "The draft, run"), Text("", "")),
    ("decision", Text("決定を言葉で", "The decision in words"), Text("", "")),
)
_Cells = tuple[tuple[str, Text, Text], ...]


def notebooks() -> dict[str, NotebookNode]:
    """Return every notebook, not yet run, by its path below `notebooks/`, in the order in which they are listed.

    >>> list(notebooks())[:3]
    ['00-overview.ipynb', 'examples/2-2.ipynb', 'examples/3-2-1-1.ipynb']
    """
    made: dict[str, list[NotebookNode]] = {}
    written = {one["path"]: one for one in _written()}
    overview, *rest = written
    made[overview] = []  # it lists the others
    made["examples/2-2.ipynb"] = list(_eligibility())
    made |= {f"examples/{plan.id}.ipynb": list(_example(plan.id)) for plan in lesson_plans()}
    for place, row in enumerate(table1(), start=1):
        heading = Text(f"別表1：{row.title.ja}", f"Table 1: {row.title.en}")
        name = row.id.partition("/")[2]
        made[f"table1/{place}-{name}.ipynb"] = [*_head(heading, 5), *_lesson(row.id, _TABLE_1)]
    made |= {path: list(_prose(written[path], ())) for path in rest}
    made["covid_testing.ipynb"] = [
        *_head(Text("実在のデータで歩く：covid_testing", "A walk over a real table: covid_testing"), 10),
        *_lesson("covid_testing", _WALK),
    ]
    made[overview] = list(_prose(written[overview], [(path, _title(cells)) for path, cells in made.items() if cells]))
    return {path: _notebook(cells) for path, cells in made.items()}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the paths of notebooks whose cells are not those of `notebooks()`, were not run, or should not be there.

    >>> stale(Path("no-such-folder"))[0]
    '00-overview.ipynb'
    """
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.ipynb") if _is_ours(path)}
    wanted = notebooks()
    same = {name for name, path in there.items() if name in wanted and _same(read(path), wanted[name])}
    return sorted((there.keys() | wanted.keys()) - same)


def read(path: Path) -> NotebookNode:
    """Return a notebook file as it is."""
    found: NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    return found


def run(notebook: NotebookNode) -> NotebookNode:
    """Run a notebook from the top in a kernel of its own, and return it cleaned: no widget, no time, no name of a machine.

    Its language is Japanese. Raises `nbclient.exceptions.CellExecutionError` where a cell fails.
    """
    from nbclient import NotebookClient

    client = NotebookClient(notebook, timeout=_SECONDS, kernel_name="python3", store_widget_state=False)
    client.execute(env={**os.environ, "SUDARE_LANG": "ja"})
    return cleaned(notebook)


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook that was run without what differs from run to run or names widgets that are gone."""
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(_WIDGET_VIEW, None)
            output.get("metadata", {}).clear()
    notebook.metadata = _node(_METADATA)
    return notebook


def main(folder: Path = FOLDER, names: Iterable[str] = ()) -> None:
    """Run and write every notebook, or those named, and remove what is none of them."""
    wanted = notebooks()
    chosen = [name for name in names if name in wanted] or list(wanted)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for name, done in zip(chosen, pool.map(lambda name: run(wanted[name]), chosen), strict=True):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(done, ensure_ascii=False, indent=1, sort_keys=True)
            path.write_text(text + "\n", encoding="utf-8", newline="\n")
    for name in set(stale(folder)) - wanted.keys():
        (folder / name).unlink()


def _is_ours(path: Path) -> bool:
    return ".ipynb_checkpoints" not in path.parts


def _same(there: NotebookNode, wanted: NotebookNode) -> bool:
    cells = [(cell.cell_type, cell.source) for cell in there.cells]
    ran = all(cell.outputs for cell in there.cells if cell.cell_type == "code" and _shows(cell.source))
    return ran and cells == [(cell.cell_type, cell.source) for cell in wanted.cells]


def _shows(source: str) -> bool:
    """Say whether a cell shows something: its last line is no assignment or import."""
    last = source.rstrip().splitlines()[-1]
    return " = " not in last and not last.startswith("import ")


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place:02}"
    return _node({"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5})


def _node(data: dict[str, Any]) -> NotebookNode:
    made: NotebookNode = nbformat.from_dict(data)  # type: ignore[no-untyped-call]  # nbformat has no types
    return made


def _code(source: str) -> NotebookNode:
    return _node({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source})


def _text(source: str) -> NotebookNode:
    return _node({"cell_type": "markdown", "metadata": {}, "source": source})


def _eligibility() -> Iterator[NotebookNode]:
    yield from _head(Text("2-2　そもそも対象になるか", "2-2: may the file be processed at all?"), 7)
    yield from _lesson("2-2", _ELIGIBLE)


def _example(id_: str) -> Iterator[NotebookNode]:
    plan = next(one for one in lesson_plans() if one.id == id_)
    one = plan.example
    section, _, place = id_.rpartition("-") if plan.numbered else (id_, "", "")
    number = f"{section} ({place})" if place else section
    item = standard(one.standard).title
    title = Text(f"{number}　{one.title.ja}", f"{number}: {one.title.en}")
    yield from _head(title, 6, Text(f"第{one.standard}号：{item.ja}", f"Item {one.standard}: {item.en}"))
    last = _WORKED[-1:]
    if id_ == "3-2-1-2":  # the note on pseudo-IDs stands in the guideline beneath this example
        yield from _lesson(id_, _WORKED[:-1])
        yield from _lesson("pseudo-id", _PSEUDO_ID, name="note")
        yield from _cells("lesson", last)
    else:
        yield from _lesson(id_, _WORKED)


def _lesson(id_: str, cells: _Cells, name: str = "lesson") -> Iterator[NotebookNode]:
    first, *rest = cells
    yield _heading(first)
    start = "import sudare\n\n" if name == "lesson" else ""
    yield _code(f'{start}{name} = sudare.lesson("{id_}")\n{name}.{first[0]}()')
    yield from _cells(name, rest)


def _cells(name: str, cells: Iterable[tuple[str, Text, Text]]) -> Iterator[NotebookNode]:
    for cell in cells:
        yield _heading(cell)
        yield _code(f"{name}.{cell[0]}()")


def _heading(cell: tuple[str, Text, Text]) -> NotebookNode:
    _, title, more = cell
    return _text("\n\n".join(part for part in (f"## {title.ja}\n*{title.en}*", more.ja) if part))


def _head(title: Text, minutes: int, more: Text | None = None) -> Iterator[NotebookNode]:
    about = _FOR.fill(n=minutes)
    lines = [f"# {title.ja}\n*{title.en}*"]
    lines += [f"**{more.ja}** / *{more.en}*"] if more else []
    yield _text("\n\n".join([*lines, f"{about.ja} *{about.en}*"]))


def _prose(page: dict[str, Any], listed: Iterable[tuple[str, Text]]) -> Iterator[NotebookNode]:
    title, about = Text(**page["title"]), Text(**page["about"])
    yield _text(f"# {title.ja}\n*{title.en}*\n\n{about.ja} *{about.en}*")
    for cell in page["cells"]:
        if "code" in cell:
            yield _code(cell["code"].strip())
        elif cell.get("listing"):
            lines = [f"- [{name.ja}]({path}) *{name.en}*" for path, name in listed]
            yield _text("\n".join([f"## {_LIST.ja}\n*{_LIST.en}*", "", *lines]))
        else:
            yield _text(cell["text"].strip())


def _title(cells: list[NotebookNode]) -> Text:
    first, second = cells[0].source.splitlines()[:2]
    return Text(first.removeprefix("# "), second.strip("*"))


@functools.cache
def _written() -> tuple[dict[str, Any], ...]:
    text = files("sudare.reports").joinpath("notebooks.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["notebooks"])


if __name__ == "__main__":
    main(names=sys.argv[1:])
