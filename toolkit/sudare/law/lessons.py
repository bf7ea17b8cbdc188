"""How each numbered example is taught: what is drawn of its table, and the ways to decide that are compared."""

from __future__ import annotations

import copy
import functools
from typing import Any, Literal

from sudare.law.cases import Example, example
from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml, toml_names
from sudare.models import Model, Words


class Chart(Model):
    """What is counted for the chart of a lesson, and which bars are marked as unusual; see lessons.toml."""

    kind: Literal["numbers", "values", "alone", "check-digits", "groups", "places"]
    title: BothLanguages
    column: Words | None = None
    width: int = 1
    where: dict[str, str] | None = None
    mark_from: int | None = None
    mark_below: int | None = None


class Option(Model):
    """One way to decide beside the recorded one: what stands in place of which steps, and what follows from it."""

    id: Words
    title: BothLanguages
    means: BothLanguages
    instead: tuple[int, ...]
    steps: tuple[dict[str, Any], ...] = ()


class Plan(Model):
    """The plan of one lesson: the columns it is about, its chart, and the ways between which a learner chooses."""

    id: Words
    focus: tuple[Words, ...]
    chart: Chart
    recorded: BothLanguages
    means: BothLanguages
    options: tuple[Option, ...]

    @property
    def example(self) -> Example:
        """The example that is taught: a numbered one, or one of ours where the guideline numbers none."""
        return _besides().get(self.id) or example(self.id)

    @property
    def numbered(self) -> bool:
        """Whether the guideline numbers the example."""
        return self.id not in _besides()

    def ways(self) -> tuple[Option, ...]:
        """Return every way to decide, the recorded one first.

        >>> [way.id for way in lesson_plan("3-2-4-2").ways()]
        ['recorded', 'delete-record', 'label-100', 'keep']
        """
        return (Option(id="recorded", title=self.recorded, means=self.means, instead=()), *self.options)

    def decided(self, way: Option) -> Example:
        """Return the example with the steps of one way, in the place of those it stands instead of."""
        steps = copy.deepcopy(list(self.example.recorded))
        place = min(way.instead, default=0)
        kept = [(n, step) for n, step in enumerate(steps) if n not in way.instead]
        before = [step for n, step in kept if n < place]
        after = [step for n, step in kept if n >= place]
        return self.example.model_copy(update={"recorded": (*before, *copy.deepcopy(way.steps), *after)})


@functools.cache
def _besides() -> dict[str, Example]:
    return {one.id: one for one in (Example.model_validate(toml("besides", name)) for name in toml_names("besides"))}


@functools.cache
def lesson_plans() -> tuple[Plan, ...]:
    """Return the plan of each numbered example of processing, in the guideline's order."""
    return tuple(Plan.model_validate(one) for one in toml("lessons.toml")["lessons"])


def lesson_plan(id: str) -> Plan:  # noqa: A002 - the word the files use
    """Return the plan of one lesson. Raises `unknown-example`, with the near match.

    >>> lesson_plan("3-2-5-3").chart.mark_from
    160
    """
    return pick(id, {one.id: one for one in lesson_plans()}, "unknown-example")
