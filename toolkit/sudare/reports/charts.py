"""The distribution of each column before and after, as rows of bars that are at once a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sudare.language import NOTHING, Text
from sudare.reports.decisions import history
from sudare.tables.schema import TYPE_NAMES

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
    type: Text
    unit: str | None
    why_not: Text = NOTHING
    paired: tuple[BarRow, ...] = ()
    before: tuple[BarRow, ...] = ()
    after: tuple[BarRow, ...] = ()


def charts(spec: Spec, outcome: Outcome) -> tuple[Chart, ...]:
    """Return a chart for every column of the output, in order."""
    keyed = frozenset(name for name, steps in history(spec).items() if any(step.needs_key for step in steps))
    return tuple(_chart(spec, outcome, story, keyed) for story in outcome.stories)


def _chart(spec: Spec, outcome: Outcome, story: Story, keyed: frozenset[str]) -> Chart:
    column = outcome.schema.get(story.name)
    chart = Chart(
        name=story.name,
        was=story.was if story.was != story.name else None,
        type=TYPE_NAMES[column.type] if column else NOTHING,
        unit=column.unit if column else None,
    )
    if story.before is None or story.after is None:
        source = spec.input.schema_.get(story.was)
        return replace(chart, why_not=_why_not(source.kind if source else None, keyed=story.name in keyed))
    if not story.before.bars and not story.after.bars:
        return replace(chart, why_not=_WHY_FEW)
    return _drawn(chart, story.before, story.after)


def _why_not(kind: Kind | None, *, keyed: bool) -> Text:
    if keyed:
        return _WHY_PSEUDO_ID
    return _WHY_FREE_TEXT if kind == "free-text" else _WHY_IDENTIFYING


def _drawn(chart: Chart, before: Distribution, after: Distribution) -> Chart:
    old, new = dict(_lines(before)), dict(_lines(after))
    longest = max([count for count in (*old.values(), *new.values()) if isinstance(count, int)], default=1) or 1
    if before.bars and after.bars and _same_labels(before, after):
        labels = sorted(dict.fromkeys((*old, *new)), key=_last_ones)
        return replace(chart, paired=tuple(_row(label, longest, old.get(label), new.get(label)) for label in labels))
    return replace(
        chart,
        before=tuple(_row(label, longest, count) for label, count in old.items()),
        after=tuple(_row(label, longest, count) for label, count in new.items()),
    )


def _lines(side: Distribution) -> Iterator[tuple[Text, int | str]]:
    yield from ((bar.label, bar.count) for bar in side.bars)
    yield from ((label, count) for label, count in ((_MISSING, side.missing), (_HIDDEN, side.hidden)) if count != 0)


def _same_labels(before: Distribution, after: Distribution) -> bool:
    old, new = ({bar.label for bar in side.bars if bar.label.en != _REST} for side in (before, after))
    return old <= new or new <= old


def _last_ones(label: Text) -> int:
    return 2 if label in {_MISSING, _HIDDEN} else int(label.en == _REST)


def _row(label: Text, longest: int, *counts: int | str | None) -> BarRow:
    marks = tuple(None if count is None else Mark(count, _length(count, longest)) for count in counts)
    return BarRow(label, marks, quiet=label in {_MISSING, _HIDDEN})


def _length(count: int | str, longest: int) -> str | None:
    return f"{100 * count / longest:.1f}" if isinstance(count, int) else None
