"""What the page may ask: each answer is a function of the server's state, the request's body and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sudare.errors import Problem, Refused, UsageError
from sudare.language import Text
from sudare.notebooks import copy_to, names
from sudare.server.catalogue import catalogue, in_language
from sudare.server.drafting import drafted
from sudare.server.editing import edited
from sudare.server.places import named, place
from sudare.server.view import view
from sudare.specs import parse_spec, read_spec, spec_schema
from sudare.specs.diff import diff
from sudare.verbs import check

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sudare.language import Language
    from sudare.server.runs import Runs
    from sudare.specs.diff import Diff

Body = dict[str, Any]
TEACHING: Final = "sudare-notebooks"
_LARGEST: Final = 4 * 1024 * 1024  # bytes of a spec, as it is read


def see_catalogue(_root: Path, _body: Body, lang: Language) -> Body:
    """Return techniques, measures, standards and the guideline's tree."""
    return catalogue(lang)


def see_schema(_root: Path, _body: Body, lang: Language) -> Body:
    """Return the JSON Schema of a spec, its titles and descriptions in one language."""
    told: Body = in_language(spec_schema(), lang)
    return told


def see_view(root: Path, body: Body, lang: Language) -> Body:
    """Return the reading view of a spec: of the text in the editor, else of the file."""
    path = place(root, body.get("path"), "path")
    text = body.get("text")
    return view(text if isinstance(text, str) else _text_of(path), path, lang)


def make_edit(root: Path, body: Body, _lang: Language) -> Body:
    """Return the text after one edit; nothing is written."""
    path = place(root, body.get("path"), "path")
    edit = body.get("edit")
    text, revision = body.get("text"), body.get("revision")
    if not isinstance(edit, dict) or not isinstance(text, str) or not isinstance(revision, str | None):
        raise UsageError(_bad("edit"))
    arguments = edit.get("args", {})
    if not isinstance(arguments, dict):
        raise UsageError(_bad("edit.args"))
    return {"text": edited(text, path, revision, str(edit.get("name")), arguments)}


def make_draft(root: Path, body: Body, lang: Language) -> Body:
    """Draft a spec and a studio beside a table, and say where they are."""
    regime = body.get("regime")
    if not isinstance(regime, str | None):
        raise UsageError(_bad("regime"))
    made = drafted(place(root, body.get("path"), "path"), lang, regime)
    paths = {"path": named(root, made.spec), "notebook": named(root, made.notebook)}
    return {**paths, "created": made.created, "cell": made.cell}


def see_check(root: Path, body: Body, lang: Language) -> Body:
    """Return what a check of a spec says, with a table also whether it fits."""
    source = place(root, body["input"], "input") if body.get("input") else None
    return check(place(root, body.get("path"), "path"), input=source).to_dict(lang)


def see_diff(root: Path, body: Body, lang: Language) -> Body:
    """Return what changed from one spec to another, or from a file to the text that stands in the editor."""
    if "text" in body:
        path, text = place(root, body.get("path"), "path"), body["text"]
        if not isinstance(text, str):
            raise UsageError(_bad("text"))
        made = diff(read_spec(path), parse_spec(text, path))
    else:
        made = diff(read_spec(place(root, body.get("a"), "a")), read_spec(place(root, body.get("b"), "b")))
    return _told(made, lang)


def lay_out_notebook(root: Path, body: Body, _lang: Language) -> Body:
    """Put the teaching notebooks where Lab can open them, unless the one asked for is there, and say where it is."""
    name = body.get("name")
    if name not in names():
        what = Text("そのノートブックはありません。", "there is no such notebook.")
        raise Refused(Problem("no-such-file", "name", what))
    folder = place(root, TEACHING, "name", there=False)
    if not (folder / str(name)).exists():
        copy_to(folder)
    return {"path": f"{TEACHING}/{name}"}


ANSWERS: Final[Mapping[str, tuple[str, Callable[[Path, Body, Language], Body]]]] = {
    "catalogue": ("GET", see_catalogue),
    "schema": ("GET", see_schema),
    "view": ("POST", see_view),
    "edit": ("POST", make_edit),
    "draft": ("POST", make_draft),
    "check": ("POST", see_check),
    "diff": ("POST", see_diff),
    "notebook": ("POST", lay_out_notebook),
}


def start_run(runs: Runs, body: Body, lang: Language) -> Body:
    """Start a production run."""
    spec = place(runs.root, body.get("spec"), "spec")
    source = place(runs.root, body.get("input"), "input")
    out = place(runs.root, body.get("out"), "out", there=False)
    keys = place(runs.root, body["key_store"], "key_store") if body.get("key_store") else None
    values = body.get("set") or {}
    if not isinstance(values, dict) or not all(isinstance(part, str) for pair in values.items() for part in pair):
        raise UsageError(_bad("set"))
    for path, where in ((spec, "spec"), (source, "input")):
        if not path.is_file():
            raise Refused(Problem("no-such-file", where, _NO_FILE, _CHOOSE_FILE))
    if out.exists() and not out.is_dir():
        raise Refused(Problem("no-folder", "out", _NO_FOLDER, _CHOOSE_FOLDER))
    paths = (named(runs.root, one) for one in (spec, source, out))
    return runs.start(*paths, values=values, key_store=keys, lang=lang).to_dict()


def _told(made: Diff, lang: Language) -> Body:
    changes = [
        {"what": one.what, "where": one.where, "message": one.message.pick(lang), "loosens": one.loosens}
        for one in made.changes
    ]
    approvals = [{"message": one.message.pick(lang), "holds": one.holds} for one in made.approvals]
    return {"same": made.same, "changes": changes, "approvals": approvals, "lines": made.lines(lang)}


def _text_of(path: Path) -> str:
    """Read the text of a spec, and of nothing else: a page that asks for another file is shown nothing of it."""
    is_one = path.suffix.lower() in {".yaml", ".yml"} and path.is_file()
    if not is_one or path.stat().st_size > _LARGEST:
        what = Text("加工仕様のファイルではありません。", "it is no file of a spec.")
        raise Refused(Problem("no-spec", "path", what, Text(".yaml を選んでください。", "Choose a .yaml file.")))
    return path.read_text(encoding="utf-8", errors="replace")


_NO_FILE: Final = Text("フォルダーです。", "it is a folder.")
_CHOOSE_FILE: Final = Text("ファイルを選んでください。", "Choose a file.")
_NO_FOLDER: Final = Text("フォルダーではなくファイルです。", "it is a file, not a folder.")
_CHOOSE_FOLDER: Final = Text("別の出力先にしてください。", "Choose another folder.")


def _bad(where: str) -> Problem:
    what = Text("要求の形が違います。", "the request is not written as expected.")
    return Problem("bad-request", where, what, Text("画面を読み直してください。", "Reload the page."))
