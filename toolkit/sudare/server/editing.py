"""Edits that the page asks for: one at a time, through the one writer, on the text that stands in the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sudare.design import edits
from sudare.design.saving import revision_of
from sudare.errors import Problem, Refused, UsageError, did_you_mean
from sudare.language import Text
from sudare.server.parts import with_form
from sudare.specs import changed_spec, parse_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sudare.specs import Spec

EDITS: Final[Mapping[str, Callable[..., Spec]]] = {
    "with_form": with_form,
} | {
    name: getattr(edits, name)
    for name in (
        "changed_step",
        "dismissed",
        "moved_step",
        "replaced_check",
        "replaced_step",
        "undismissed",
        "with_check",
        "with_column",
        "with_deciding_step",
        "with_disabled",
        "with_part",
        "with_reason",
        "with_scope",
        "with_step",
        "with_title",
        "without_check",
        "without_dismissal",
        "without_step",
    )
}


class Stale(Refused):
    """The file on the disk is another one than the page knows."""


def edited(text: str, path: Path, revision: str | None, name: str, arguments: Mapping[str, Any]) -> str:
    """Return the text of a spec after one edit, comments and layout kept; nothing is written.

    `revision` is the hash of the file as the page read it. Errors: `Stale` where the file changed since, `Refused`
    where the edit cannot be made, `UsageError` with `unknown-edit` or `bad-arguments`.
    """
    if revision_of(path) != revision:
        what = Text("ファイルがほかで変えられました。", "the file was changed elsewhere.")
        now = Text("読み直してから、もう一度直してください。", "Reload it, and edit again.")
        raise Stale(Problem("stale-spec", path.name, what, now))
    if name not in EDITS:
        what = Text("知らない編集です。", "there is no such edit.")
        raise UsageError(Problem("unknown-edit", "edit.name", what, did_you_mean(name, EDITS)))
    document = parse_spec(text, path)
    try:
        changed = EDITS[name](document.spec, **arguments)
    except TypeError:  # the page named an argument that the edit does not take
        what = Text("編集の引数が違います。", "the arguments do not fit the edit.")
        raise UsageError(Problem("bad-arguments", "edit.args", what)) from None
    return changed_spec(document, changed).text
