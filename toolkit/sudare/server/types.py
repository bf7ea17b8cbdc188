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
    place: str
    type: str | None
    type_name: str
    kind: str | None
    kind_name: str | None
    unit: str | None
    special_care: bool
    in_scope: bool
    decided_by: list[int]
    is_open: bool
    declared: bool
    data: dict[str, object]


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
    parameters: list[ParameterTold]
    data: dict[str, object]
    problems: list[ProblemTold]


class DismissalTold(TypedDict):
    """A finding that a person decided needs no step; `label` names its kind."""

    index: int
    finding: str
    label: str
    column: str | None
    standards: list[int]
    because: str
    by: str | None


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


class GivenTold(TypedDict):
    """A parameter `${NAME}` of the spec: its default there, and where it is used in words."""

    name: str
    value: str | None
    description: str | None


class PartTold(TypedDict):
    """A plain part of the spec in words; `data` is what its form begins with."""

    id: str
    given: bool
    lines: list[ParameterTold]
    data: dict[str, object]


class FileTold(TypedDict):
    """A file beside the spec that steps or checks go by, by its name only."""

    name: str
    places: list[str]
    found: bool


class ViewTold(TypedDict):
    """The reading view of a spec. A text that is no spec has only `text`, `revision` and `problems`."""

    text: str
    revision: str | None
    problems: list[ProblemTold]
    title: NotRequired[str]
    regime: NotRequired[str]
    columns: NotRequired[list[ColumnTold]]
    steps: NotRequired[list[StepTold]]
    dismissed: NotRequired[list[DismissalTold]]
    checks: NotRequired[list[CheckTold]]
    standards: NotRequired[list[StandardTold]]
    open: NotRequired[list[ProblemTold]]
    approvals: NotRequired[list[ApprovalTold]]
    parameters: NotRequired[list[GivenTold]]
    scope_because: NotRequired[str | None]
    outputs: NotRequired[list[str]]
    parts: NotRequired[list[PartTold]]
    files: NotRequired[list[FileTold]]


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


class PartForm(TypedDict):
    """A plain part of a spec with the JSON Schema of its form; null where it is only shown."""

    id: str
    label: str
    about: str
    schema: dict[str, object] | None


class CatalogueTold(TypedDict):
    """What there is to choose from."""

    version: str
    techniques: list[TechniqueTold]
    measures: list[MeasureTold]
    standards: list[StandardInLaw]
    guideline: list[Branch]
    parts: list[PartForm]
    column: dict[str, object]
    dismissal: dict[str, object]


class EditTold(TypedDict):
    """The text after an edit."""

    text: str


class DraftTold(TypedDict):
    """Where a drafted spec and its studio are, and the one cell of the studio that opens the desk."""

    path: str
    notebook: str
    created: bool
    cell: str


class NotebookTold(TypedDict):
    """Where a notebook of the guideline is."""

    path: str


class SettingsTold(TypedDict):
    """What the server is set to."""

    key_store: str
    concurrent_runs: int
    most_concurrent_runs: int
    small_count_limit: int
    least_small_count_limit: int
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


class ChangeTold(TypedDict):
    """One change in words; `what` is the part of the spec, and `loosens` is told of limits only."""

    what: str
    where: str
    message: str
    loosens: bool | None


class ApprovalNowTold(TypedDict):
    """One signature after the changes."""

    message: str
    holds: bool


class DiffTold(TypedDict):
    """What changed: each change by its part, the signatures, and all of it in lines."""

    same: bool
    changes: list[ChangeTold]
    approvals: list[ApprovalNowTold]
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
