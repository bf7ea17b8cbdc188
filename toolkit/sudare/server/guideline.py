"""The guideline as a tree: notebooks to read, examples with their steps, the methods of Table 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sudare.language import Text
from sudare.law import citations, eligibility_examples, examples, standards
from sudare.notebooks import names
from sudare.techniques import techniques

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.law import Example

_BEGIN: Final = Text("はじめに", "where to begin")
_ELIGIBILITY: Final = Text("対象の判断", "eligibility")
_STANDARDS: Final = Text("五つの基準と事例", "the five standards")
_TABLE1: Final = Text("表1の手法", "Table 1")
_WALKS: Final = {
    "00-overview.ipynb": Text("一時間の概要", "anonymized information in one hour"),
    "studio.ipynb": Text("自分の表で設計する", "design the processing of a table of your own"),
    "production.ipynb": Text("翌年の表に、同じ仕様を使う", "the same spec on next year's table"),
    "covid_testing.ipynb": Text("実在のデータで歩く", "a walk over a real table"),
}


def guideline(lang: Language) -> list[dict[str, Any]]:
    """Return the tree in one language. Every notebook that it names is one that the package brings."""
    rows = [_row(one.id, one.title, lang) for one in citations()]
    return [
        _branch("begin", _BEGIN, [_leaf(name, text.pick(lang), name) for name, text in _WALKS.items()], lang),
        _branch(
            "eligibility", _ELIGIBILITY, [_numbered(one.id, one.title, lang) for one in eligibility_examples()], lang
        ),
        _branch("standards", _STANDARDS, [_standard(int(one.id), one.title, lang) for one in standards()], lang),
        _branch("table1", _TABLE1, [row for row in rows if row["children"] or "notebook" in row], lang),
    ]


def _standard(number: int, title: Text, lang: Language) -> dict[str, Any]:
    cases = [_example(case, lang) for case in examples() if case.standard == number]
    made = _branch(f"standard-{number}", title, cases, lang)
    return made | _with_notebook(f"examples/3-2-{number}.ipynb")  # where one notebook is of the whole standard


def _row(name: str, title: Text, lang: Language) -> dict[str, Any]:
    methods = [
        {"id": technique, "title": kind.label.pick(lang), "technique": technique}
        for technique, kind in techniques().items()
        if kind.law == name
    ]
    about = [one for one in names() if one.startswith("table1/") and _slug(one) == name.removeprefix("table1/")]
    return _branch(name, title, methods, lang) | (_with_notebook(about[0]) if about else {})


def _slug(notebook: str) -> str:
    """Return what a notebook of Table 1 is about.

    >>> _slug("table1/3-top-bottom-coding.ipynb")
    'top-bottom-coding'
    """
    return notebook.removesuffix(".ipynb").partition("-")[2]


def _example(one: Example, lang: Language) -> dict[str, Any]:
    return {**_numbered(one.id, one.title, lang), "steps": one.steps_in(lang)}


def _numbered(number: str, title: Text, lang: Language) -> dict[str, Any]:
    """Return an example as a leaf: its notebook, or the one that works through all of its section."""
    section = number.rpartition("-")[0]
    known = [name for name in (f"examples/{number}.ipynb", f"examples/{section}.ipynb") if name in names()]
    return _leaf(number, f"{number} {title.pick(lang)}", known[0])


def _leaf(name: str, title: str, notebook: str) -> dict[str, Any]:
    return {"id": name, "title": title, "notebook": notebook}


def _branch(name: str, title: Text, children: list[dict[str, Any]], lang: Language) -> dict[str, Any]:
    return {"id": name, "title": title.pick(lang), "children": children}


def _with_notebook(name: str) -> dict[str, str]:
    return {"notebook": name} if name in names() else {}
