"""A row of Table 1 as a lesson: what the technique is, a small table, the step, and the result or what holds of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sudare.language import Text
from sudare.law import cite
from sudare.law.cases import Table
from sudare.reports.case import INVENTED, replay
from sudare.specs import dump_spec, parse_spec
from sudare.specs.reading import build
from sudare.tables.schema import same_name
from sudare.techniques import techniques
from sudare.techniques.technique import HIDDEN
from sudare.widgets.lessons.shown import Block, Code, Grid, Live, Say, Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.language import Language
    from sudare.specs import Document
    from sudare.techniques.technique import Row, Technique

KEYS = 3  # with how many keys a promise is tried that lots are drawn for
_WHICH = Text("手法", "technique")
_BEFORE = Text("加工前の表（架空）", "the table before (invented)")
_AFTER = Text("加工後の表", "the table after")
_STEP = Text("仕様に書く手順（YAML）", "the step as a spec writes it (YAML)")
_PROMISE = Text("約束: {promise}", "Promise: {promise}")
_BY_LOT = Text(
    "くじは鍵で決まり、鍵が違えば結果も違います。新しい鍵 {keys} 本で実行し、約束が {held} 回とも成り立つことを確かめました。",
    "The lot follows from the key, and another key gives another table. Run under {keys} new keys: it held {held} times.",
)
_BROKEN = Text("約束が成り立たない結果がありました。", "The promise did not hold in every run.")
_SAME_AGAIN = Text(
    "この手順は、同じ表から必ず同じ結果を作ります。", "This step always makes the same table of the same table."
)
_DECISION = Text(
    "決定の例: 「{title}」を使う（{label}）。理由は手順の because に書きます。",
    "A decision in words: use {title} ({label}); the reason stands in the step's `because`.",
)
_COST = Text("守ることと失うこと: {about}", "What it protects and costs: {about}")
_HIDDEN = Text("* は削除したセル、空欄は欠測です。", "* is a hidden cell, an empty one is missing.")
_TYPED: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": float,
    "boolean": lambda word: word == "true",
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "text": str,
}


class TableOneLesson:
    """One row of Table 1; where several techniques stand for it, one is chosen and the cells below follow."""

    def __init__(self, id: str, lang: Language) -> None:  # noqa: A002 - the word the files use
        """Take the citation, such as `table1/noise`, and the language. Raises `unknown-citation`."""
        self.row = cite(id)
        self.lang = lang
        self.kinds = [kind for kind in techniques().values() if kind.law == id and not kind.example.files]
        self.kind = self.kinds[0]
        self._live = Live()

    def about(self) -> Shown:
        """Show what the row of Table 1 means, and where it stands."""
        return Shown((Say(self._say(self.row.explanation), "note"), Say(self._say(self.row.source))))

    def choose(self) -> Shown:
        """Let the learner choose among the techniques that stand for the row."""
        import ipywidgets as widgets

        list_ = widgets.Dropdown(
            options=[(self._say(kind.label), place) for place, kind in enumerate(self.kinds)],
            value=self.kinds.index(self.kind),
            description=self._say(_WHICH),
            style={"description_width": "initial"},
            layout=widgets.Layout(width="auto", max_width="32em"),
        )
        list_.add_class("sudare-choice")
        list_.observe(lambda change: self._take(self.kinds[change["new"]]), names="value")
        names = Grid(self._say(_WHICH), ["", ""], [(kind.id(), self._say(kind.label)) for kind in self.kinds])
        return Shown((names,), list_)

    def data(self) -> Shown:
        """Show the small table before the step."""
        return self._live.show(lambda: (Say(self._say(INVENTED)), self._table(_BEFORE, self._names(), self._cells())))

    def step(self) -> Shown:
        """Show the step as a spec writes it."""
        return self._live.show(lambda: (Say(self._say(_STEP)), Code(_steps(_document(self.kind)))))

    def result(self) -> Shown:
        """Show the table after; where lots are drawn, what holds of it under every key."""
        return self._live.show(self._result)

    def decision(self) -> Shown:
        """Say in words what is decided by such a step, and what it costs."""
        return self._live.show(self._decision)

    def _take(self, kind: type[Technique]) -> None:
        self.kind = kind
        self._live.renew()

    def _names(self) -> list[str]:
        return list(self.kind.example.types)

    def _cells(self) -> list[tuple[str, ...]]:
        return [tuple(cell or "" for cell in row) for row in self.kind.example.before]

    def _result(self) -> tuple[Block, ...]:
        promise = Say(self._say(_PROMISE.fill(promise=self.kind.promise)), "note")
        if self.kind.needs_key:
            held = sum(_holds(self.kind) for _ in range(KEYS))
            told = (
                Say(self._say(_BY_LOT.fill(keys=KEYS, held=held))) if held == KEYS else Say(self._say(_BROKEN), "alert")
            )
            return (promise, told)
        columns, rows = _run(self.kind)
        return (self._table(_AFTER, columns, rows), Say(self._say(_HIDDEN)), promise, Say(self._say(_SAME_AGAIN)))

    def _decision(self) -> tuple[Block, ...]:
        decided = _DECISION.fill(title=self.row.title, label=self.kind.label)
        return (Say(self._say(decided), "note"), Say(self._say(_COST.fill(about=self.kind.about))))

    def _table(self, title: Text, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
        return Grid(self._say(title), columns, rows)

    def _say(self, text: Text) -> str:
        return text.pick(self.lang)


def _document(kind: type[Technique]) -> Document:
    """Return a technique's example as a spec, its rows in their order."""
    example = kind.example
    columns = [
        {"name": name, "type": type_, **({"unit": example.units[name]} if name in example.units else {})}
        for name, type_ in example.types.items()
    ]
    data = {
        "sudare": 1,
        "title": "別表1",
        **({"key": "別表@1"} if kind.needs_key else {}),
        "input": {"columns": columns},
        "steps": [*_kept(kind), dict(example.step)],
        **({} if kind.adds_rows else {"output": {"shuffle": False, "because": "前と後の表を並べて見るため"}}),
    }
    return parse_spec(dump_spec(build(data)))


def _kept(kind: type[Technique]) -> list[dict[str, Any]]:
    """Return the decision to keep the columns that the step does not decide, where there are any; steps that add rows go last."""
    decided = kind.example.step.get("columns", []) if kind.decides else []
    left = [name for name in kind.example.types if name not in decided]
    because = "この手順だけを見るため"
    return [{"technique": "keep", "columns": left, "standards": [1], "because": because}] if left else []


def _steps(document: Document) -> str:
    return "steps:\n" + document.text.partition("\nsteps:\n")[2].partition("\noutput:")[0] + "\n"


def _run(kind: type[Technique]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rows = tuple(tuple(cell or "" for cell in row) for row in kind.example.before)
    return replay(_document(kind), Table(columns=tuple(kind.example.types), rows=rows))


def _holds(kind: type[Technique]) -> bool:
    """Run the example under a new key, and ask the technique whether its promise holds of the result."""
    schema = _document(kind).spec.input.schema_
    step = _document(kind).spec.steps[-1]
    names = list(kind.example.types)
    before: list[Row | None] = [_typed(names, [cell or "" for cell in row], schema) for row in kind.example.before]
    columns, rows = _run(kind)
    after: list[Row | None] = [_typed(columns, row, step.schema_after(schema)) for row in rows]
    if len(after) < len(before):  # those that stayed keep their order
        left = iter(after)
        following = next(left, None)
        aligned: list[Row | None] = []
        for row in before:
            stayed = row == following
            aligned.append(row if stayed else None)
            following = next(left, None) if stayed else following
        after = aligned
    if kind.adds_rows:  # they are shuffled; true records are unchanged, and no added one equals any
        after = [*(row for row in before if row is not None), *(row for row in after if row not in before)]
    return step.holds([*before, *([None] * (len(after) - len(before)))], after)


def _typed(columns: Sequence[str], cells: Sequence[str], schema: Any) -> Row:  # noqa: ANN401 - a Schema
    """Read the cells of a written row as the values they are; an empty one is missing, `*` is hidden."""
    row: dict[str, Any] = {}
    for name, cell in zip(columns, cells, strict=True):
        kind = schema.get(name).type
        row[same_name(name)] = None if cell == "" else HIDDEN if cell == "*" else _TYPED[kind](cell)
    return row
