"""Takes what a search found into a design: its steps replace those that decided the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.design.edits import with_steps_for

if TYPE_CHECKING:
    from sudare.optimizer import Search
    from sudare.specs import Spec


def with_search(spec: Spec, search: Search, *, by: str | None = None) -> Spec:
    """Return the spec with the steps and checks of a search, in place of those about its columns.

    Steps and checks about other columns stay.
    """
    found = search.document().spec
    return with_steps_for(spec, tuple(search.levels), found.steps, found.checks, by=by)
