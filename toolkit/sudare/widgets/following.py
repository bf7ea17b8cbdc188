"""Keeps the desk in step with its file: one saved elsewhere is read again, or told where something would be lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as widgets

from sudare.language import Text
from sudare.widgets.messages import errors_in_place
from sudare.widgets.parts import button, column, folded, row, words
from sudare.widgets.sheet import WIDE, Place
from sudare.widgets.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path

    from sudare.design.design import Design
    from sudare.design.elsewhere import Elsewhere
    from sudare.specs.diff import Diff
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part

    Stamp = tuple[int, int, int, int] | None


@dataclass(frozen=True)
class News:
    """What was done with the file; told while the design is of that revision, and as saved or unsaved as then."""

    text: Text
    revision: str | None
    saved: bool
    changes: Diff | None = None

    def is_of(self, design: Design) -> bool:
        """Whether it still is what was done last."""
        return (self.revision, self.saved) == (design.revision, design.saved)


class Following:
    """Looks at the file when the page asks (`watch.py`), and stands above the pages with what it found.

    A file is read once it was the same at two looks, so that half of one is not taken for the whole.
    """

    def __init__(self, desk: Desk) -> None:
        """Take the desk whose file is followed."""
        self.desk = desk
        self.found: Elsewhere | None = None  # what a person has to know of, or to decide about
        self.news: News | None = None
        self.taken = 0  # how many times the file was read again unasked
        self._design: Design | None = None
        self._seen: Stamp = None
        self._is_read = False  # whether the file was read as it was last seen
        self._alert = widgets.VBox(layout=WIDE)
        self._notice = Place(desk.told, "elsewhere")
        self.widget = widgets.VBox([Watch(self.look), self._notice, self._alert], layout=WIDE)

    # -- looking

    def look(self) -> bool:
        """Look whether the file changed, and follow it; say whether to look again soon."""
        with errors_in_place(self._alert, self.desk.lang):
            return self._look()
        return False

    def _look(self) -> bool:
        design = self.desk.design
        if design is None or design.path is None or self.desk.busy.working:
            return False
        now = _stamp(design.path)
        if design is not self._design or now != self._seen:
            self._design, self._seen, self._is_read = design, now, False
            return True
        if not self._is_read or self.found is not None:
            self._is_read = True
            self._follow(design, design.look())
        return False

    def look_now(self) -> None:
        """Look at once, and take nothing over: after a save that may have been refused."""
        if self.desk.design is not None:
            self._tell(self.desk.design.look())

    def _follow(self, design: Design, found: Elsewhere | None) -> None:
        if found is None or found.document is None or not self._is_free(design, found):
            self._tell(found)
            return
        self.taken += 1
        self.found, self.news = None, News(_TAKEN, found.revision, saved=True, changes=design.changes_in(found))
        design.reload()

    def _is_free(self, design: Design, found: Elsewhere) -> bool:
        """Whether the file can be taken over and nothing is lost that a person has done or begun here."""
        same = found.document is not None and found.document.text == design.text
        return same or (design.untouched and not any(page.in_hand for page in self.desk.pages))

    # -- telling

    def draw(self) -> None:
        """Draw what is told, as the design and the language are now."""
        design, found, news = self.desk.design, self.found, self.news
        if design is None or design is not self._design or (found is not None and found.revision == design.revision):
            self.found = found = None  # it was read again, kept or saved meanwhile
        if design is None or found is not None or not (news and news.is_of(design)):
            self.news = news = None
        lines = [words("" if news is None else self._say(news.text), "sudare-news", live=True)]
        if news is not None and news.changes is not None:
            lines.append(folded(self._say(_CHANGES), *self._lines(news.changes), key="news"))
        self._notice.put(*lines, *(() if design is None or found is None else (self._card(design, found),)))

    def _tell(self, found: Elsewhere | None) -> None:
        known, self.found, self._design = self.found, found, self.desk.design
        if known != found:
            self.draw()

    def _card(self, design: Design, found: Elsewhere) -> Part:
        if found.document is None:
            parts = [words(self._say(_GONE if found.is_gone else _BROKEN), "sudare-card-head", live=True)]
            parts += [words(f"! {problem.line(self.desk.lang)}", "sudare-warning") for problem in found.problems]
            parts += [words(self._say(_GONE_NOW if found.is_gone else _BROKEN_NOW), "sudare-about")]
            buttons = [self._keeping(design, found)] if found.is_gone else []
        else:
            parts = [words(self._say(_BOTH if not design.untouched else _BEGUN), "sudare-card-head", live=True)]
            there = column(words(self._say(_THERE), "sudare-part-head"), *self._lines(design.changes_in(found)))
            here = column(words(self._say(_HERE), "sudare-part-head"), *self._lines(design.changes()))
            sides = (there,) if design.untouched else (there, here)
            parts += [row(*sides, name="sides"), words(self._say(_BOTH_NOW), "sudare-about")]
            again = button(self._say(_AGAIN), design.reload, help=self._say(_AGAIN_HELP), name="read-again")
            buttons = [again, self._keeping(design, found)]
        card = column(*parts, row(*buttons), name="card")
        card.add_class("sudare-is-open")
        return card

    def _keeping(self, design: Design, found: Elsewhere) -> Part:
        def keep() -> None:
            self.news = News(_KEPT_GONE if found.is_gone else _KEPT, found.revision, saved=False)
            design.keep(found)

        return button(self._say(_KEEP), keep, help=self._say(_KEEP_HELP), name="keep-mine")

    def _lines(self, changes: Diff) -> list[Part]:
        return [words(line) for line in changes.lines(self.desk.lang)]

    def _say(self, text: Text) -> str:
        return text.pick(self.desk.lang)


def _stamp(path: Path) -> Stamp:
    """Return what tells a file from what was there before without reading it; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


_TAKEN = Text(
    "ファイルがほかで変えられたので、読み直しました。「元に戻す」で前の状態に戻せます。",
    "The file was changed elsewhere and read again. Undo brings back what was here before.",
)
_CHANGES = Text("変わった所", "What changed")
_BROKEN = Text(
    "ファイルがほかで変えられ、いまは仕様として読めません。",
    "The file was changed elsewhere and cannot be read as a spec now.",
)
_BROKEN_NOW = Text(
    "この机の内容はそのままです。ファイルが直れば、また追います。",
    "What is on this desk stays as it is. The file is followed again once it is mended.",
)
_GONE = Text("この設計のファイルがなくなりました。", "The file of this design is gone.")
_GONE_NOW = Text(
    "この机の内容はそのままです。こちらを残すと、次の保存でファイルが作り直されます。",
    "What is on this desk stays as it is. If you keep it, the next save makes the file again.",
)
_BOTH = Text(
    "ファイルがほかで変えられました。こちらにも未保存の変更があります。",
    "The file was changed elsewhere, and there are unsaved changes here.",
)
_BEGUN = Text(
    "ファイルがほかで変えられました。こちらでは入力の途中です。入力を終えると読み直します。",
    "The file was changed elsewhere. Something is being filled in here; the file is read again once that is closed.",
)
_BOTH_NOW = Text(
    "どちらを選んでも、もう一方は「元に戻す」で取り出せます。",
    "Whichever you choose, undo brings the other one back.",
)
_THERE, _HERE = (
    Text("ファイルで変わった所", "Changed in the file"),
    Text("こちらの未保存の変更", "Unsaved changes here"),
)
_AGAIN, _AGAIN_HELP = (
    Text("ファイルを読み直す", "Read the file again"),
    Text("こちらの変更は元に戻せます。", "Your changes stay in the history."),
)
_KEEP = Text("こちらを残す", "Keep mine")
_KEEP_HELP = Text("次の保存で、いまのファイルに上書きします。", "The next save then writes over the file as it is now.")
_KEPT = Text(
    "こちらを残しました。保存すると、いまのファイルに上書きします。ファイルの内容は「元に戻す」で取り出せます。",
    "Kept what is here. Saving writes over the file as it was just now; undo brings that one back.",
)
_KEPT_GONE = Text(
    "こちらを残しました。保存すると、ファイルを作り直します。", "Kept what is here. Saving makes the file again."
)
