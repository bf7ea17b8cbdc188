"""The forms of what the routes answer, declared once: `python -m sudare.server.types` writes them for the page.

The page's part is written in TypeScript; `extension/src/types.ts` is made from the classes below and never by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, NotRequired, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict, is_typeddict

if TYPE_CHECKING:
    from collections.abc import Iterator


class ProblemTold(TypedDict):
    """What is wrong, and where."""

    code: str
    where: str
    message: str


class ColumnTold(TypedDict):
    """A declared column, and the places of the steps that decide it."""

    name: str
    type: str | None
    kind: str | None
    unit: str | None
    in_scope: bool
    decided_by: list[int]


class ParameterTold(TypedDict):
    """One parameter in words."""

    title: str
    value: str


class StepTold(TypedDict):
    """One step as a card shows it; `data` is what its form begins with."""

    index: int
    technique: str
    label: str
    columns: list[str]
    standards: list[int]
    because: str
    by: str | None
    disabled: bool
    parameters: list[ParameterTold]
    data: dict[str, object]
    problems: list[ProblemTold]


class CheckTold(TypedDict):
    """One check in words."""

    index: int
    measure: str
    label: str
    columns: list[str]
    limit: str
    data: dict[str, object]


class StandardTold(TypedDict):
    """How far one of the five standards is decided."""

    standard: int
    title: str
    article: str
    status: Literal["decided", "open"]
    columns: list[str]
    open: list[ProblemTold]


class ApprovalTold(TypedDict):
    """One signature, and whether it still holds."""

    by: str
    until: str | None
    holds: bool


class ViewTold(TypedDict):
    """The reading view of a spec. A text that is no spec has only `text`, `revision` and `problems`."""

    text: str
    revision: str | None
    problems: list[ProblemTold]
    title: NotRequired[str]
    regime: NotRequired[str]
    columns: NotRequired[list[ColumnTold]]
    steps: NotRequired[list[StepTold]]
    dismissed: NotRequired[list[dict[str, object]]]
    checks: NotRequired[list[CheckTold]]
    standards: NotRequired[list[StandardTold]]
    open: NotRequired[list[ProblemTold]]
    approvals: NotRequired[list[ApprovalTold]]


class TechniqueTold(TypedDict):
    """A technique with the JSON Schema of its form."""

    id: str
    label: str
    about: str
    law: str
    schema: dict[str, object]


class MeasureTold(TypedDict):
    """A measure with the JSON Schema of its form."""

    id: str
    label: str
    about: str
    schema: dict[str, object]


class StandardInLaw(TypedDict):
    """One of the five standards as the law has it."""

    id: int
    title: str
    article: str
    explanation: str


class Branch(TypedDict):
    """A place in the guideline's tree: it opens a notebook, gives steps, or holds more."""

    id: str
    title: str
    children: NotRequired[list[Branch]]
    notebook: NotRequired[str]
    technique: NotRequired[str]
    steps: NotRequired[list[dict[str, object]]]


class CatalogueTold(TypedDict):
    """What there is to choose from."""

    version: str
    techniques: list[TechniqueTold]
    measures: list[MeasureTold]
    standards: list[StandardInLaw]
    guideline: list[Branch]


class EditTold(TypedDict):
    """The text after an edit."""

    text: str


class DraftTold(TypedDict):
    """Where a drafted spec and its studio are."""

    path: str
    notebook: str
    created: bool


class NotebookTold(TypedDict):
    """Where a notebook of the guideline is."""

    path: str


class SettingsTold(TypedDict):
    """What the server is set to."""

    key_store: str
    concurrent_runs: int
    small_count_limit: int
    regime: str


class CheckedStandard(TypedDict):
    """A standard in the answer of a check."""

    status: str
    columns: list[str]


class CheckedTold(TypedDict):
    """What `sudare check --json` prints, as far as the page uses it."""

    ok: bool
    problems: list[ProblemTold]
    standards: dict[str, CheckedStandard]
    open: list[ProblemTold]


class DiffTold(TypedDict):
    """What changed, in words."""

    lines: list[str]


class RunTold(TypedDict):
    """A production run."""

    id: str
    spec: str
    input: str
    out: str
    state: Literal["queued", "running", "done", "refused", "cancelled", "error", "interrupted"]
    stage: str
    share: float
    started: str | None
    ended: str | None
    problems: list[ProblemTold]
    receipt: str | None
    report: str | None


class RunsTold(TypedDict):
    """All runs, the newest first."""

    runs: list[RunTold]


class RunEvent(TypedDict):
    """What an event says of a run."""

    id: str
    state: str
    stage: str
    share: float


class ProblemsTold(TypedDict):
    """The body of every answer that is no success."""

    problems: list[ProblemTold]


_WORDS: Final = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null", object: "unknown"}
_HEAD: Final = "// Made by `python -m sudare.server.types` from toolkit/sudare/server/types.py. Do not edit.\n"


def typescript() -> str:
    """Return the classes above as TypeScript.

    >>> "export interface EditTold {" in typescript()
    True
    """
    return _HEAD + "".join(_interface(kind) for kind in _declared())


def _declared() -> Iterator[type[Any]]:
    for kind in list(globals().values()):
        if is_typeddict(kind):
            yield kind


def _interface(kind: type[Any]) -> str:
    about = (kind.__doc__ or "").splitlines()[0]
    lines = [_line(name, hint) for name, hint in get_type_hints(kind, include_extras=True).items()]
    return "\n".join(["", f"/** {about} */", f"export interface {kind.__name__} {{", *lines, "}", ""])


def _line(name: str, hint: Any) -> str:  # noqa: ANN401 - a type, or NotRequired of one
    if get_origin(hint) is NotRequired:
        return f"  {name}?: {_type(get_args(hint)[0])};"
    return f"  {name}: {_type(hint)};"


def _type(hint: Any) -> str:  # noqa: ANN401 - a type, or what typing makes of one
    if hint in _WORDS:
        return _WORDS[hint]
    inner = get_args(hint)
    if isinstance(hint, UnionType):
        return " | ".join(_type(one) for one in inner)
    if get_origin(hint) is Literal:
        return " | ".join(f"'{one}'" for one in inner)
    if get_origin(hint) is list:
        return f"{_type(inner[0])}[]"
    if get_origin(hint) is dict:
        return f"Record<string, {_type(inner[1])}>"
    return str(hint.__name__)


def main() -> None:
    """Write them for the page: to the path that is given."""
    Path(sys.argv[1]).write_text(typescript(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
