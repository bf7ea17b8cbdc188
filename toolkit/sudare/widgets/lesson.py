"""`sudare.lesson(id)`: a numbered example, a row of Table 1 or a note, worked through by widgets, no code in sight."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sudare.errors import Problem, UsageError
from sudare.language import Language, Text, preferred

if TYPE_CHECKING:
    from sudare.widgets.lessons.eligible import EligibilityLesson
    from sudare.widgets.lessons.pseudo_id import PseudoIdLesson
    from sudare.widgets.lessons.table_one import TableOneLesson
    from sudare.widgets.lessons.walk import RealWalk
    from sudare.widgets.lessons.worked import WorkedLesson

    Lesson = EligibilityLesson | PseudoIdLesson | RealWalk | TableOneLesson | WorkedLesson

ELIGIBILITY, PSEUDO_ID, WALK = "2-2", "pseudo-id", "covid_testing"
TABLE_1 = "table1/"
_NEEDED = ("ipywidgets", "altair", "vl_convert")


def lesson(id: str, *, lang: Language | None = None) -> Lesson:  # noqa: A002 - the word of the guideline's examples
    """Open a lesson: each of its methods shows one cell, and cells below a choice follow what was chosen.

    `id` is a numbered example such as `3-2-4-2` (or `3-2-2`, where the table is ours), `2-2` for eligibility, a row of
    Table 1 such as `table1/noise`, `pseudo-id` for the note on hashes, or `covid_testing` for a walk over a real
    table. Everybody in the tables but the last is invented; of the last no record is shown. Raises `UsageError`:
    `unknown-example`, `unknown-citation`, or `no-lab` where the extra `lab` is not installed.

    >>> lesson("3-2-4-2", lang="en").decision()
    Decision: gather ages from 90 up under one label (top coding).
    Because: a very great age is rare in society, broad categories that point at nobody.
    Result: records 9 → 9, k 1 → 1, alone 9 → 7.
    This is the way of the guideline's example.
    Mind: Look for columns from which the age can be worked out again: year of birth, years of service.
    """
    needs_lab()
    speak = lang or preferred()
    if id == ELIGIBILITY:
        from sudare.widgets.lessons.eligible import EligibilityLesson

        return EligibilityLesson(speak)
    if id == PSEUDO_ID:
        from sudare.widgets.lessons.pseudo_id import PseudoIdLesson

        return PseudoIdLesson(speak)
    if id == WALK:
        from sudare.widgets.lessons.walk import RealWalk

        return RealWalk(speak)
    if id.startswith(TABLE_1):
        from sudare.widgets.lessons.table_one import TableOneLesson

        return TableOneLesson(id, speak)
    from sudare.widgets.lessons.worked import WorkedLesson

    return WorkedLesson(id, speak)


def needs_lab(*modules: str) -> None:
    """Raise `no-lab` where a module of the extra `lab` is not installed.

    >>> needs_lab()
    """
    missing = [name for name in modules or _NEEDED if find_spec(name) is None]
    if missing:
        what = Text("画面の部品（{names}）が入っていません。", "parts of the screen are not installed ({names}).")
        now = Text("入れるには: pip install 'sudare[lab]'", "Install them: pip install 'sudare[lab]'")
        raise UsageError(Problem("no-lab", "sudare[lab]", what.fill(names=", ".join(missing)), now))
