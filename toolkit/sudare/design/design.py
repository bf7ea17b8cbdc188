"""A design in progress: the spec as it stands, everything that led to it, its branches, and its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sudare.design.elsewhere import elsewhere
from sudare.design.history import History, State
from sudare.design.saving import revision_of, save_text
from sudare.errors import Problem, Refused, UsageError, did_you_mean
from sudare.language import Text
from sudare.specs import changed_spec, read_spec, signed
from sudare.specs.diff import diff
from sudare.specs.signatures import holds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sudare.design.elsewhere import Elsewhere
    from sudare.specs import Document, Spec
    from sudare.specs.diff import Diff
    from sudare.specs.spec import Approval

FIRST = "main"
_OPENED = Text("開いた", "opened")
_BEGUN = Text("始めた", "begun")
_RELOADED = Text("ファイルから読み直し", "reload from the file")
_KEPT = Text("ファイルよりこちらを残す", "keep this rather than the file")
_SIGNED = Text("{who}の承認", "signature of {who}")


class Design:
    r"""One design that people work on. Nothing of it is on disk until it is saved.

    A change is whole or refused, and then nothing changed. Every state is kept, so that undo and redo have no limit.
    A branch is another way to go on from where one stands; all share one file, into which the one is saved on
    which one stands. Callbacks given to `observe` are told of every change of what stands.

    >>> from sudare.design import edits
    >>> from sudare.specs import parse_spec
    >>> design = Design.new(parse_spec("sudare: 1\ntitle: 表\ninput:\n  columns:\n    - {name: 判定}\n"))
    >>> keep = {"technique": "keep", "columns": ["判定"], "because": "提案項目"}
    >>> design.change(Text("残す", "keep"), lambda spec: edits.with_step(spec, keep))
    >>> design.undo().en, len(design.spec.steps)
    ('keep', 0)
    """

    def __init__(self, document: Document, path: Path | None, revision: str | None, label: Text) -> None:
        """Take the first state. `new` and `open` say where it comes from."""
        self._path = path
        self._revision = revision
        self._crlf = "\r\n" in document.text
        first = _in_lines(document)
        self._saved: Document | None = first if revision is not None else None
        self._branches: dict[str, History] = {FIRST: History((State(first, label),))}
        self._branch = FIRST
        self._by: str | None = None
        self._observers: list[Callable[[], None]] = []

    @classmethod
    def new(cls, document: Document, path: Path | str | None = None) -> Design:
        """Begin a design that no file holds yet, such as a draft; `path` is where it will be saved."""
        return cls(document, None if path is None else Path(path), None, _BEGUN)

    @classmethod
    def open(cls, path: Path | str) -> Design:
        """Go on with the design that a file holds. Raises Refused where it cannot be read as a spec."""
        document = read_spec(path)
        return cls(document, Path(path), document.sha256, _OPENED)

    # -- what stands

    @property
    def document(self) -> Document:
        """The spec as it stands, with its text; files it names lie beside the file of the design."""
        return replace(self._now.document, path=self._path)

    @property
    def spec(self) -> Spec:
        """The spec as it stands."""
        return self._now.document.spec

    @property
    def text(self) -> str:
        """The spec as it stands, as it would be saved."""
        return self._now.document.text

    @property
    def path(self) -> Path | None:
        """Where the design is saved, None where nobody said so yet."""
        return self._path

    @property
    def revision(self) -> str | None:
        """The hash of the file as it was read or saved last, None where it was never saved."""
        return self._revision

    @property
    def saved(self) -> bool:
        """Whether the file holds what stands."""
        return self._saved is not None and self._saved.text == self.text

    def changes(self) -> Diff:
        """Return what changed since the file was read or saved; without a file, since the design was begun."""
        return diff(self._base, self._now.document)

    @property
    def untouched(self) -> bool:
        """Whether the file can be taken over and nothing is lost: all is saved, or it is a draft that nobody changed."""
        return self.saved or (self._revision is None and not self.can_undo)

    # -- changing it

    def change(self, label: Text, edit: Callable[[Spec], Spec], *, group: str | None = None) -> None:
        """Change the spec by an edit, as one entry of the history. Raises Refused, and then nothing changed.

        Successive changes of the same `group`, such as one drag of a cut, are one entry; an undo, a save or another
        change ends the group. An edit that changes nothing is no entry.
        """
        self._put(State(changed_spec(self.document, edit(self.spec)), label, group))

    def stamp(self, who: str, on: date) -> str:
        r"""Name the person who decides from now on; return what their edits write into `by`, also found in `by`.

        >>> from datetime import date
        >>> from sudare.specs import parse_spec
        >>> design = Design.new(parse_spec("sudare: 1\ntitle: 表\ninput:\n  columns:\n    - {name: 判定}\n"))
        >>> design.stamp("山田", date(2026, 6, 2))
        '山田 2026-06-02'
        """
        name = "".join(who.split())  # the form of a spec: one word, one space, the date
        if not name:
            what = Text("名前が空です。", "the name is empty.")
            raise Refused(
                Problem("no-name", "by", what, Text("決定する人の名前を書いてください。", "Say who decides."))
            )
        self._by = f"{name} {on.isoformat()}"
        return self._by

    @property
    def by(self) -> str | None:
        """The person and date that edits write, None where nobody was named."""
        return self._by

    def sign(self, who: str, *, on: date, until: date | None = None) -> None:
        """Add a person's approval of the design as it stands; it holds until anything is changed, and is saved with it."""
        self._put(State(signed(self.document, "".join(who.split()), on=on, until=until), _SIGNED.fill(who=who)))

    def holds(self, approval: Approval) -> bool:
        """Say whether an approval is of the design as it stands; its dates are not looked at."""
        return holds(self._now.document, approval)

    # -- going back and forth

    @property
    def history(self) -> tuple[Text, ...]:
        """What led to the state that stands, the oldest first."""
        return tuple(state.label for state in self._history.states[: self._history.at + 1])

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return self.undo_label is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is anything to do again."""
        return self.redo_label is not None

    @property
    def undo_label(self) -> Text | None:
        """What an undo would take back."""
        return self._history.undo_label

    @property
    def redo_label(self) -> Text | None:
        """What a redo would do again."""
        return self._history.redo_label

    def undo(self) -> Text | None:
        """Take the last change back and say which it was; None where there is none."""
        return self._move(self.undo_label, -1)

    def redo(self) -> Text | None:
        """Do again what was taken back last and say which it was; None where there is nothing."""
        return self._move(self.redo_label, 1)

    # -- branches

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of all branches, in the order in which they were made."""
        return tuple(self._branches)

    @property
    def branch_name(self) -> str:
        """The branch on which one stands."""
        return self._branch

    def branch(self, name: str) -> None:
        """Begin a branch from where one stands, with all that led there, and go on in it."""
        if not name.strip() or name in self._branches:
            what = Text("その名前の案はすでにあるか、名前が空です。", "there is a branch of that name, or it is empty.")
            now = Text("別の名前にしてください。", "Choose another name.")
            raise Refused(Problem("branch-exists", "branch", what, now))
        self._branches[self._branch] = self._history.settled()
        self._branches[name] = self._history
        self.switch(name)

    def switch(self, name: str) -> None:
        """Go on in another branch; this one stays as it is."""
        self._require(name)
        self._branches[self._branch] = self._history.settled()
        self._branch = name
        self._tell()

    def drop_branch(self, name: str) -> None:
        """Give a branch up. Refused for the one on which one stands."""
        self._require(name)
        if name == self._branch:
            what = Text("いま開いている案は消せません。", "the branch on which you stand cannot be dropped.")
            raise Refused(Problem("branch-in-use", "branch", what, Text("別の案に移ってください。", "Switch first.")))
        del self._branches[name]
        self._tell()

    def document_of(self, name: str) -> Document:
        """Return the spec as it stands on a branch, to be previewed and compared."""
        self._require(name)
        return replace(self._branches[name].now.document, path=self._path)

    # -- the file

    def save(self, path: Path | str | None = None) -> None:
        """Save what stands in one move: into its file, or under another name, which is its file from then on.

        Refused with `stale-spec` where the file changed since it was read, with `spec-exists` where there is a file of
        the other name; nothing is written then, and what stands here stays. Raises `no-path` where no name was given yet.
        """
        target = self._path if path is None else Path(path)
        if target is None:
            what = Text("保存先が決まっていません。", "it has no file yet.")
            raise UsageError(
                Problem("no-path", "path", what, Text("名前を付けて保存してください。", "Give it a name."))
            )
        own = self._path is not None and target.resolve() == self._path.resolve()
        text = self.text.replace("\n", "\r\n") if self._crlf else self.text
        self._revision = save_text(target, text, self._revision if own else None)
        self._path, self._saved = target, self._now.document
        self._branches[self._branch] = self._history.settled()
        self._tell()

    @property
    def stale(self) -> bool:
        """Whether the file was changed elsewhere since it was read or saved here."""
        return self._path is not None and revision_of(self._path) != self._revision

    def look(self) -> Elsewhere | None:
        """Return what the file holds where that was neither read nor saved here, None where nothing changed."""
        return None if self._path is None else elsewhere(self._path, self._revision)

    def changes_in(self, found: Elsewhere) -> Diff:
        """Return what another writer changed since the file was read or saved here. Asked for only where it can be read."""
        if found.document is None:
            raise LookupError
        return diff(self._base, _in_lines(found.document))

    def keep(self, found: Elsewhere) -> None:
        """Go on with what stands here, knowing what the file holds: a save writes over that, and over nothing newer.

        What the file holds is then one undo away. A file that went is made again by the next save; one that cannot be
        read is refused with its problems, since it could not be brought back.
        """
        if found.document is None and not found.is_gone:
            raise Refused(*found.problems)
        mine = self._now.document
        self._revision = found.revision
        self._saved = None
        if found.document is not None:
            self._crlf = "\r\n" in found.document.text
            self._saved = _in_lines(found.document)
            for state in (State(self._saved, _RELOADED), State(mine, _KEPT)):
                if state.document.text != self.text:
                    self._branches[self._branch] = self._history.changed(state)
        self._tell()

    def reload(self) -> None:
        """Take what the file holds now in place of what stands, as one change that can be taken back."""
        if self._path is None:
            what = Text("ファイルがまだありません。", "there is no file yet.")
            raise UsageError(Problem("no-path", "path", what, Text("先に保存してください。", "Save it first.")))
        document = read_spec(self._path)
        self._revision = document.sha256
        self._crlf = "\r\n" in document.text
        self._saved = _in_lines(document)
        self._put(State(self._saved, _RELOADED))

    # -- who is told

    def observe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Tell a function of every change of what stands; the function returned ends that."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    @property
    def _history(self) -> History:
        return self._branches[self._branch]

    @property
    def _now(self) -> State:
        return self._history.now

    @property
    def _base(self) -> Document:
        """What was read or saved last; without a file, what the design was begun with."""
        return self._saved or self._history.states[0].document

    def _put(self, state: State) -> None:
        if state.document.text != self.text:
            self._branches[self._branch] = self._history.changed(state)
        self._tell()

    def _move(self, label: Text | None, by: int) -> Text | None:
        if label is not None:
            self._branches[self._branch] = self._history.moved(by)
            self._tell()
        return label

    def _require(self, name: str) -> None:
        if name not in self._branches:
            what = Text("「{name}」という案はありません。", "there is no branch '{name}'.").fill(name=name)
            raise Refused(Problem("no-branch", "branch", what, did_you_mean(name, self._branches)))

    def _tell(self) -> None:
        for callback in tuple(self._observers):
            callback()


def _in_lines(document: Document) -> Document:
    """Return a document whose lines end in LF, as the writer makes them; the file's own ends come back when saved."""
    return replace(document, text=document.text.replace("\r\n", "\n"))
