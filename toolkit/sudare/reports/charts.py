"""The distribution of each column before and after, as rows of bars that are at once a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sudare.language import NOTHING, Text
from sudare.reports.decisions import history
from sudare.specs.coverage import declared_columns
from sudare.tables.schema import TYPE_NAMES
from sudare.techniques.technique import DATES, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.execution.job import Outcome, Story
    from sudare.profiles import Distribution
    from sudare.specs import Spec
    from sudare.tables.schema import Kind

_MISSING = Text("（欠測）", "(missing)")
_HIDDEN = Text("（削除）", "(suppressed)")
_REST = "others"  # the label under which a distribution gathers what is rare; it goes last
_WHY_FREE_TEXT = Text("自由記述の列は図にしません。", "Columns of free text are not drawn.")
_WHY_IDENTIFYING = Text("識別情報の列は図にしません。", "Columns that identify people are not drawn.")
_WHY_PSEUDO_ID = Text("仮IDの列は図にしません。", "Columns of pseudo-IDs are not drawn.")
_WHY_FEW = Text("図にできるだけの人数がどの値にもありません。", "No value is shared by enough people to be drawn.")


@dataclass(frozen=True)
class Mark:
    """One bar: a count ("<10" where few), and its share of the longest bar in percent; None where few."""

    count: int | str
    length: str | None


@dataclass(frozen=True)
class BarRow:
    """One line of a chart: what it stands for, and its bar on each side, if it has one there."""

    label: Text
    marks: tuple[Mark | None, ...]
    quiet: bool = False  # missing or hidden cells, told apart from values


@dataclass(frozen=True)
class Chart:
    """One column's chart, or the reason why there is none.

    Where both sides share their labels, `paired` holds rows of two bars; else `before` and `after` hold rows of one.
    """

    name: str
    was: str | None  # the former name, where it changed
    type: Text  # "integer → text" where it changed
    unit: str | None
    why_not: Text = NOTHING
    paired: tuple[BarRow, ...] = ()
    before: tuple[BarRow, ...] = ()
    after: tuple[BarRow, ...] = ()


def charts(spec: Spec, outcome: Outcome) -> tuple[Chart, ...]:
    """Return a chart for every column of the output, in order."""
    keyed = frozenset(name for name, steps in history(spec).items() if any(step.gives_ids for step in steps))
    return tuple(_chart(spec, outcome, story, keyed) for story in outcome.stories)


def _chart(spec: Spec, outcome: Outcome, story: Story, keyed: frozenset[str]) -> Chart:
    source = next((one for _, one in declared_columns(spec) if one.called == story.was), None)
    column = outcome.schema.get(story.name)
    types = dict.fromkeys(TYPE_NAMES[one.type] for one in (source, column) if one)
    chart = Chart(
        name=story.name,
        was=story.was if story.was != story.name else None,
        type=NOTHING.join(*types, by=" → "),
        unit=column.unit if column else None,
    )
    if story.before is None or story.after is None:
        return replace(chart, why_not=_why_not(source.kind if source else None, keyed=story.name in keyed))
    if not story.before.bars and not story.after.bars:
        return replace(chart, why_not=_WHY_FEW)
    return _drawn(chart, story.before, story.after, on_a_scale=source is not None and source.type in NUMBERS | DATES)


def _why_not(kind: Kind | None, *, keyed: bool) -> Text:
    if keyed:
        return _WHY_PSEUDO_ID
    return _WHY_FREE_TEXT if kind == "free-text" else _WHY_IDENTIFYING


def _drawn(chart: Chart, before: Distribution, after: Distribution, *, on_a_scale: bool) -> Chart:
    old, new = dict(_lines(before)), dict(_lines(after))
    if on_a_scale:  # ranges that became text come by size; they are read along the scale
        new = dict(sorted(new.items(), key=lambda line: _place(line[0])))
    longest = max([count for count in (*old.values(), *new.values()) if isinstance(count, int)], default=1) or 1
    if {bar.label for bar in before.bars} == {bar.label for bar in after.bars}:
        labels = sorted(dict.fromkeys((*old, *new)), key=_is_last)
        return replace(chart, paired=tuple(_row(label, longest, old.get(label), new.get(label)) for label in labels))
    return replace(
        chart,
        before=tuple(_row(label, longest, count) for label, count in old.items()),
        after=tuple(_row(label, longest, count) for label, count in new.items()),
    )


def _lines(side: Distribution) -> Iterator[tuple[Text, int | str]]:
    yield from ((bar.label, bar.count) for bar in side.bars)
    yield from ((label, count) for label, count in ((_MISSING, side.missing), (_HIDDEN, side.hidden)) if count != 0)


def _is_last(label: Text) -> int:
    return 2 if label in {_MISSING, _HIDDEN} else int(label.en == _REST)


def _place(label: Text) -> tuple[int, bool, tuple[float, ...]]:
    """Return where a range stands on its scale, by the numbers in its label: below 40, 40 to 50, 50 and more."""
    numbers = tuple(float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", label.ja))
    return _is_last(label), not numbers, numbers


def _row(label: Text, longest: int, *counts: int | str | None) -> BarRow:
    marks = tuple(None if count is None else Mark(count, _length(count, longest)) for count in counts)
    return BarRow(label, marks, quiet=label in {_MISSING, _HIDDEN})


def _length(count: int | str, longest: int) -> str | None:
    return f"{100 * count / longest:.1f}" if isinstance(count, int) else None
