"""The bar above the pages: what the design is called, undo and redo, branches, the language, saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.design import edits
from sudare.language import Text
from sudare.widgets.parts import button, choice, row, text_field, words
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from sudare.design.design import Design
    from sudare.language import Language
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part


class TopBar:
    """Drawn anew after every change."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk that the bar is part of."""
        self.desk = desk
        self.widget = Place(desk.told, "top")

    def show(self) -> None:
        """Draw the bar."""
        self.widget.put(*((self._language(),) if self.desk.design is None else self._bar()))

    def _bar(self) -> tuple[Part, ...]:
        design, say = self._design, self._say
        title = text_field(say(_TITLE), design.spec.title, name="title", wide=True, changed=self._rename)
        undo = button(f"↶ {say(_UNDO)}", self._undo, name="undo", help=self._label(design.undo_label, _UNDO))
        redo = button(f"↷ {say(_REDO)}", self._redo, name="redo", help=self._label(design.redo_label, _REDO))
        undo.disabled, redo.disabled = not design.can_undo, not design.can_redo
        branches = choice(
            say(_BRANCH),
            [(name, name) for name in design.branches],
            design.branch_name,
            name="branch",
            changed=design.switch,
        )
        fresh = text_field("", hint=say(_NEW_BRANCH), says=say(_NEW_BRANCH), name="new-branch", changed=self._branch)
        save = button(say(_SAVE), self.desk.save, style="primary", name="save")
        state = words(say(_SAVED if design.saved else _UNSAVED), "sudare-state")
        who = text_field(
            say(_WHO), self.desk.who, hint=say(_NAME), help=say(_WHO_ABOUT), name="who", changed=self._decides
        )
        return (row(title, who, self._language()), row(undo, redo, branches, fresh, save, state))

    @property
    def _design(self) -> Design:
        if self.desk.design is None:
            raise LookupError
        return self.desk.design

    def _say(self, text: Text) -> str:
        return text.pick(self.desk.lang)

    def _language(self) -> Part:
        other: Language = "en" if self.desk.lang == "ja" else "ja"
        return button(_OTHER.pick(self.desk.lang), lambda: self.desk.speak(other), name="language")

    def _label(self, label: Text | None, verb: Text) -> str:
        return (verb if label is None else verb.join(label, by=": ")).pick(self.desk.lang)

    def _decides(self, who: str) -> None:
        self.desk.who = "".join(who.split())

    def _rename(self, title: str) -> None:
        self.desk.change(_TITLE, lambda spec: edits.with_title(spec, title))

    def _undo(self) -> None:
        self._design.undo()

    def _redo(self) -> None:
        self._design.redo()

    def _branch(self, name: str) -> None:
        if name.strip():
            with self.desk.told():
                self._design.branch(name.strip())


_TITLE = Text("題名", "Title")
_WHO, _NAME = Text("決定する人", "Who decides"), Text("例: 山田", "such as 山田")
_WHO_ABOUT = Text(
    "この名前が、日付とともに各決定に記録されます。", "This name is recorded with each decision, with the date."
)
_UNDO = Text("元に戻す", "Undo")
_REDO = Text("やり直す", "Redo")
_BRANCH = Text("案", "Alternative")
_NEW_BRANCH = Text("新しい案の名前", "name of a new one")
_SAVE = Text("保存", "Save")
_SAVED = Text("保存済み", "Saved")
_UNSAVED = Text("未保存の変更があります", "There are unsaved changes")
_OTHER = Text("English", "日本語")
