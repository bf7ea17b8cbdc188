"""What a preview says, as the pages of the desk show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.design.comparison import compare
from sudare.design.preview import preview
from sudare.design.processed import bands_after
from sudare.language import Text
from sudare.widgets import charts
from sudare.widgets.parts import column, row, table, words
from sudare.widgets.renderer import shown_chart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets

    from sudare.design.preview import Preview
    from sudare.language import Language
    from sudare.measures.risk import Risk
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part
    from sudare.widgets.sheet import Place


def few(seen: Preview, lang: Language) -> Part:
    """Return the few figures that are looked at first."""
    state = (_CLEAR if seen.ok else _STOPPED).pick(lang)
    rows = [(label.pick(lang), value.pick(lang)) for label, value in seen.figures()]
    grid = table([_WHAT.pick(lang), _FROM_TO.pick(lang)], rows, name="figures")
    sampled = [words(_SAMPLED.fill(rows=seen.rows, whole=seen.of_rows).pick(lang))] if seen.sampled else []
    return column(words(state, "sudare-done" if seen.ok else "sudare-warning"), *sampled, grid)


def told(seen: Preview, lang: Language) -> Part:
    """Return what would stop a run, and what can be told back, each with what to do now."""
    stops = [words(f"! {problem.line(lang)}", "sudare-warning") for problem in seen.problems]
    back = [words(f"! {problem.line(lang)}", "sudare-warning") for problem in seen.told_back]
    return column(*back, *stops, name="told")


def usefulness(seen: Preview, lang: Language) -> Part:
    """Return how useful each column still is."""
    heads = [head.pick(lang) for head in (_COLUMN, _CHANGED, _HIDDEN, _DISTANCE, _CORRELATION)]
    rows = [
        (one.name, _share(one.changed), _share(one.hidden), _figure(one.distance), _figure(one.correlation))
        for one in seen.usefulness.columns
    ]
    return table(heads, rows)


def compared(desk: Desk, *, into: Place) -> None:
    """Preview every alternative and show them side by side."""
    design, opened = desk.design, desk.opened
    if design is None or opened is None:
        return
    documents = {name: design.document_of(name) for name in design.branches}

    def work(tell: Callable[[Text, float], None], cancelled: Callable[[], bool]) -> dict[str, Preview]:
        return {
            name: preview(document, opened.table, rows=desk.looked_at, tell=tell, cancelled=cancelled)
            for name, document in documents.items()
        }

    def show(found: dict[str, Preview]) -> None:
        rows = [
            (row.label.pick(desk.lang), *(_value(row.values.get(name)) for name in found)) for row in compare(found)
        ]
        into.put(table([_WHAT.pick(desk.lang), *found], rows, name="compared"))

    desk.busy.run(work, show, label=_COMPARING)


def class_sizes(seen: Preview, lang: Language) -> Sequence[widgets.Widget]:
    """Return how many records are in classes of which size after the processing."""
    if seen.after is None:
        return ()
    drawn = charts.class_sizes(_SIZES, bands_after(seen), k_limit=seen.after.limit, lang=lang)
    return (shown_chart(drawn).widget(),)


def attack(risk: Risk | None, lang: Language) -> Part:
    """Return what the assumed reader could do, and which columns help them most."""
    if risk is None:
        return column()
    rows = [(label.pick(lang), value.pick(lang)) for label, value in (*risk.few(), *risk.more())]
    parts = [table([_WHAT.pick(lang), _VALUE.pick(lang)], rows, _READER.pick(lang))]
    if risk.suda is not None and risk.suda.records:
        shares = sorted(risk.suda.columns.items(), key=lambda one: -one[1])
        told = [(name, f"{share:.0%}") for name, share in shares]
        parts.append(table([_COLUMN.pick(lang), _HELPS.pick(lang)], told, _CONTRIBUTIONS.pick(lang)))
    return row(*parts)


def _value(value: float | str | None) -> str:
    if value is None:
        return "―"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _share(value: float | None) -> str:
    return "―" if value is None else f"{value:.0%}"


def _figure(value: float | None) -> str:
    return "―" if value is None else f"{value:.3f}"


_CLEAR = Text("この設計で実行できます。", "The design can be run.")
_STOPPED = Text("このままでは実行が止まります。理由は下にあります。", "A run would stop; the reasons stand below.")
_SAMPLED = Text(
    "{whole} 行のうち {rows} 行で試算しました。k は全体より小さく出ます。",
    "Worked out on {rows} of {whole} rows; k is lower than in the whole table.",
)
_WHAT, _FROM_TO = Text("指標", "measure"), Text("加工前 → 加工後", "before → after")
_COLUMN, _CHANGED = Text("列", "column"), Text("変わったセル", "cells changed")
_HIDDEN = Text("隠したセル", "cells hidden")
_DISTANCE, _CORRELATION = Text("分布の違い", "distance of distributions"), Text("相関の違い", "change of correlation")
_COMPARING = Text("案を比べています", "Comparing the alternatives")
_SIZES = Text("組の大きさ（加工後）", "class sizes (after processing)")
_VALUE = Text("値", "value")
_READER = Text("想定する閲覧者から見た加工後の表", "the processed table as the assumed reader sees it")
_CONTRIBUTIONS = Text("見分ける手がかりになる列（SUDA）", "columns that tell people apart (SUDA)")
_HELPS = Text("寄与", "contribution")
