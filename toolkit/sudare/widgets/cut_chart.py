"""A chart whose cut is dragged: the cut reaches Python, and Python answers with the numbers."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from typing_extensions import override

from sudare.design.live import K_LIMIT
from sudare.errors import Problem, Refused, SudareError
from sudare.language import NOTHING, Text, preferred
from sudare.profiles import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sudare.design.bars import Bins
    from sudare.design.cut_effect import CutEffect, Side
    from sudare.design.levels import At
    from sudare.design.live import Live
    from sudare.language import Language
    from sudare.law import Threshold

_HERE = Path(__file__).parent
_TITLE = Text("列「{name}」の分布と切る位置", "distribution of '{name}' and where it is cut")
_FIELD = Text("切る位置", "cut at")
_NO_CUT = Text("切っていません", "not cut")
_YEAR = Text("年", "")
_ABOVE, _BELOW = Text("{n}{unit}以上", "{n}{unit} or more"), Text("{n}{unit}以下", "{n}{unit} or less")
_LEGEND = Text(
    "斜線: 切る位置の外。どの棒も{limit}{counted}以上です。両端の棒は開いていて、どこまで続くかは示しません。",
    "Hatched: beyond the cut. Every bar holds {limit} {counted} or more. The outer bars are open: how far they reach is "
    "not shown.",
)
_AFTER = Text("破線: 加工後。", "Dashed: after processing.")
_NO_BARS = Text(
    "図にできるだけの{counted}数がありません。切る位置は数で入れられます。",
    "Too few {counted} for a chart. The cut can be typed.",
)
_MOST = Text("最も高い棒 {most}{counted}", "highest bar: {most} {counted}")
_PEOPLE, _RECORDS = Text("人", "people"), Text("件", "records")
_UNUSUAL = Text("珍しい（{n}～）", "unusual ({n}+)")
_OUTSIDE = Text(
    "四号の参考: {share}（{source}、{at}、{day}）切るなら {cut}{unit}: {cut_share}（{cut_source}）",
    "For standard 4: {share} ({source}; {at}; {day}). One would cut at {cut}: {cut_share} ({cut_source})",
)
_OUTSIDE_ALONE = Text("四号の参考: {share}（{source}、{at}、{day}）", "For standard 4: {share} ({source}; {at}; {day})")


class CutWidget(anywidget.AnyWidget):
    """What the browser holds: bars of many, the cut, the sentences about it, and words of ours. No value of a few."""

    _esm = _HERE / "cut_chart.js"
    _css = _HERE / "cut_chart.css"

    bins = traitlets.Dict().tag(sync=True)
    cut = traitlets.Float(None, allow_none=True).tag(sync=True)
    side = traitlets.Unicode("above").tag(sync=True)
    messages = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    @override
    def __repr__(self) -> str:
        """Name the kind of widget only: this text is saved in a notebook, where the cut that was typed must not be."""
        return "<sudare CutWidget>"


class CutChart:
    """A column's bars with a cut on them; count beyond, smallest group and k follow the cut while it is dragged.

    `qi` are the columns that somebody may know, `strata` those whose combinations are the strata; `after` is drawn
    over the bars, `threshold` tells what is unusual outside the file. Dates are cut at the beginning of a year (with
    side "below" at its end). A cut that cannot be answered is told in place. Errors: `missing-column`, `wrong-type`
    where the column has no scale.
    """

    def __init__(  # noqa: PLR0913 - what a cut is judged by and shown with, each by name
        self,
        live: Live,
        column: str,
        qi: Sequence[str] = (),
        *,
        strata: Sequence[str] = (),
        side: Side = "above",
        at: At | None = None,
        k_limit: int = K_LIMIT,
        after: Bins | None = None,
        threshold: Threshold | None = None,
        lang: Language | None = None,
    ) -> None:
        """Draw the bars and answer the first cut."""
        self._live, self._column, self._side = live, column, side
        self._judged: dict[str, Any] = {"qi": tuple(qi), "strata": tuple(strata), "k_limit": k_limit}
        self._lang: Language = lang or preferred()
        self._levels = live.levels(column)
        self._heard: list[Callable[[CutEffect], None]] = []
        self.effect: CutEffect | None = None
        if not self._levels.ordered:
            raise Refused(_no_scale(self._levels.declared.called))
        shown = live.bins(column)
        self.widget = CutWidget(
            bins={"before": self._bars(shown), "after": self._bars(after) if after else []},
            cut=None if at is None else self._levels.place_of(at),
            side=side,
            messages={"lines": [], "answers": None},
            words=self._words(shown, threshold, overlaid=after is not None),
        )
        self._answer()
        self.widget.observe(self._moved, names="cut")

    @property
    def at(self) -> int | float | date | None:
        """The cut as a step takes it: a number, or the day of a date; None while nothing is cut."""
        return self._at(self.widget.cut)

    @at.setter
    def at(self, at: At | None) -> None:
        self.widget.cut = None if at is None else self._levels.place_of(at)

    def on_cut(self, callback: Callable[[CutEffect], None]) -> None:
        """Call back with the effect whenever the cut has moved and could be answered."""
        self._heard.append(callback)

    def overlay(self, after: Bins | None) -> None:
        """Draw the bars of a processed column over the others, or take them away."""
        self.widget.bins = {**self.widget.bins, "after": self._bars(after) if after else []}

    def judge_by(self, qi: Sequence[str], strata: Sequence[str] = ()) -> None:
        """Take other columns that somebody may know, and other strata, and answer the cut anew."""
        self._judged |= {"qi": tuple(qi), "strata": tuple(strata)}
        self._answer()

    def _moved(self, change: dict[str, Any]) -> None:
        # A callback may move the cut again: only the newest is answered.
        if change["new"] == self.widget.cut:
            self._answer()

    def _answer(self) -> None:
        cut = self.widget.cut
        try:
            effect = self._live.cut(self._column, self._at(cut), self._side, **self._judged)
        except SudareError as error:
            self._say([problem.line(self._lang) for problem in error.problems], cut)
            return
        self.effect = effect
        self._say([sentence.pick(self._lang) for sentence in effect.sentences()], cut)
        for heard in tuple(self._heard):
            heard(effect)

    def _say(self, lines: list[str], cut: float | None) -> None:
        self.widget.messages = {"lines": lines, "answers": cut}

    def _at(self, cut: float | None) -> int | float | date | None:
        """Return what a place on the axis means for the column."""
        if cut is None or not math.isfinite(cut):
            return None
        if self._levels.in_years:
            year = min(max(round(cut), date.min.year), date.max.year)
            return date(year, 1, 1) if self._side == "above" else date(year, 12, 31)
        return round(cut) if self._levels.declared.type == "integer" else cut

    def _bars(self, bins: Bins) -> list[dict[str, Any]]:
        return [
            {"label": bar.label.pick(self._lang), "count": bar.count, "low": bar.low, "high": bar.high}
            for bar in bins.bars
        ]

    def _words(self, shown: Bins, threshold: Threshold | None, *, overlaid: bool) -> dict[str, Any]:
        declared = self._levels.declared
        unit = _YEAR if self._levels.in_years else Text(declared.unit or "", declared.unit or "")
        counted = _PEOPLE if self._live.unit is not None else _RECORDS
        drawn = any(bar.low is not None or bar.high is not None for bar in shown.bars)
        legend = _LEGEND.join(_AFTER if overlaid else NOTHING) if drawn else _NO_BARS
        texts = {
            "title": _TITLE.fill(name=declared.called),
            "field": _FIELD,
            "none": _NO_CUT,
            "unit": unit,
            "above": _ABOVE.fill(n="{n}", unit=unit),
            "below": _BELOW.fill(n="{n}", unit=unit),
            "most": _MOST.fill(most=f"{max((bar.count for bar in shown.bars), default=0):,}", counted=counted),
            "legend": legend.fill(limit=LIMIT, counted=counted),
            "reference": outside(threshold) if threshold else NOTHING,
            "reference_label": _UNUSUAL.fill(n=threshold.unusual) if threshold else NOTHING,
        }
        plain = {name: text.pick(self._lang) for name, text in texts.items()}
        at = float(threshold.unusual) if threshold else None
        return {**plain, "step": shown.step, "whole": declared.type != "decimal", "reference_at": at}


def outside(threshold: Threshold) -> Text:
    """Say what is unusual outside the file, by whose figures, and where one would cut."""
    known = {
        "share": threshold.share,
        "source": threshold.source,
        "at": threshold.at,
        "day": threshold.date.isoformat(),
        "cut": threshold.cut,
        "unit": threshold.unit,
    }
    if threshold.cut_share is None:
        return _OUTSIDE_ALONE.fill(**known)
    return _OUTSIDE.fill(**known, cut_share=threshold.cut_share, cut_source=threshold.cut_source or "")


def _no_scale(name: str) -> Problem:
    what = Text("列「{name}」の値には大小がないので、切れません。", "the values of '{name}' have no order to cut.")
    now = Text("数か日付の列を選んでください。", "Choose a column of numbers or dates.")
    return Problem("wrong-type", name, what.fill(name=name), now)
