"""The desk: an analyst opens a table here, decides column by column, watches risk and usefulness, and saves a spec."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from sudare.design.beside import spec_beside
from sudare.design.live import Live
from sudare.design.preview import preview
from sudare.design.processed import beside_processed, risk_after
from sudare.language import Language, Text, preferred
from sudare.widgets.busy import Busy
from sudare.widgets.columns_page import ColumnsPage
from sudare.widgets.data_page import DataPage
from sudare.widgets.distribution_page import DistributionPage
from sudare.widgets.following import Following
from sudare.widgets.messages import message
from sudare.widgets.private import QuietBox
from sudare.widgets.reading import Laid, Misfit, cells_of, read, read_anew, read_as_guessed, read_with
from sudare.widgets.record_page import RecordPage
from sudare.widgets.safety_page import SafetyPage
from sudare.widgets.sheet import WIDE
from sudare.widgets.techniques_page import TechniquesPage
from sudare.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.design.design import Design
    from sudare.design.opened import Opened
    from sudare.design.preview import Preview
    from sudare.errors import SudareError
    from sudare.findings import Finding
    from sudare.measures.risk import Risk
    from sudare.specs import Spec
    from sudare.tables.table import Given

_AT_ONCE = 200_000  # rows of which a change is previewed unasked; of a larger table, an evenly spread part


class Desk:
    """One table and one design on a desk of six pages. The state is the spec: a saved one opens as it was left.

    What a page needs of the others goes through here: `opened`, `design`, `findings`, `seen` (the last preview).
    """

    def __init__(
        self, source: Given | None = None, spec: Path | str | None = None, *, lang: Language | None = None
    ) -> None:
        """Open a table, and the spec beside it if there is one; without a table, the first page asks for it."""
        self.lang: Language = lang or preferred()
        self.opened: Opened | None = None
        self.design: Design | None = None
        self.misfit: Misfit | None = None  # a table that does not fit its design, until somebody says how to go on
        self.findings: tuple[Finding, ...] = ()
        self.seen: Preview | None = None
        self.risk: Risk | None = None
        self._processed: dict[str, Live] = {}  # by the column that is cut: it as it came, the others as processed
        self.who = ""  # the person whose name stands under the decisions
        self.widget = QuietBox(layout=WIDE)
        self.widget.add_class("sudare-desk")
        self._source: Given | None = None
        self._read_for: object = None  # what the table on the desk was read and looked at for
        self._hear_no_more: Callable[[], None] = lambda: None  # of the design that was on the desk
        self._build()
        if source is not None:
            self.open(source, spec)

    # -- what is on the desk

    def open(self, source: Given, spec: Path | str | None = None, **reading: Any) -> None:  # noqa: ANN401 - see Opened.guessed
        """Read a table and go on with the spec beside it, or draft one from what is found."""
        beside = Path(spec) if spec is not None else _beside(source)
        self._source = source

        lang = self.lang
        self.busy.run(lambda _tell, _cancelled: read(source, beside, lang, **reading), self._opened, label=_READING)

    def read_again(self, **reading: Any) -> None:  # noqa: ANN401 - fields of Input
        """Read the file otherwise. A draft that nobody touched is made anew; other designs go on."""
        opened, design, lang = self.opened, self.design, self.lang
        if opened is None or opened.path is None or design is None:
            return
        path = opened.path
        if design.revision is None and not design.can_undo:
            self.open(path, **reading)
        else:
            self.busy.run(lambda _t, _c: read_with(path, design, lang, **reading), self._opened, label=_READING)

    def open_as_guessed(self, misfit: Misfit) -> None:
        """Go on with a table that does not fit its design: its columns are declared as they are guessed."""
        lang = self.lang
        self.busy.run(lambda _tell, _cancelled: read_as_guessed(misfit, lang), self._opened, label=_READING)

    def _opened(self, found: Laid | Misfit) -> None:
        self.seen, self.risk = None, None
        if isinstance(found, Misfit):
            self.misfit, self.opened, self.design, self.findings = found, None, None, ()
            self._draw_all()
            self.go_to(0)
            return
        self.misfit, self.opened, self.design, self.findings = None, found.opened, found.design, found.findings
        self._read_for = _read_from(self.design.spec)
        self._hear_no_more()
        self._hear_no_more = self.design.observe(self._changed)
        self._changed()

    @functools.cached_property
    def live(self) -> Live:
        """The codes of the table as it came, made when they are first needed."""
        if self.opened is None or self.design is None:
            raise LookupError
        unit = self.design.spec.unit
        return Live(self.opened.table, self.opened.declared.schema_, unit.person if unit is not None else None)

    def live_beside(self, name: str) -> Live:
        """The codes of one column as it came beside those that somebody may know as the design leaves them."""
        if self.opened is None or self.design is None or self.seen is None or self.seen.known is None:
            return self.live
        if name not in self._processed:
            self._processed[name] = beside_processed(self.opened, self.design.spec, self.seen.known, name)
        return self._processed[name]

    # -- what changes

    def change(self, label: Text, edit: Callable[[Spec], Spec], *, group: str | None = None) -> bool:
        """Change the spec as one undoable step; what is wrong with it is told in place. Says whether it was done."""
        if self.design is None:
            return False
        with self.told():
            self.design.change(label, edit, group=group)
            return True
        return False

    def save(self, path: Path | None = None) -> None:
        """Save the design, under another name where one is given; what another writer left there is told."""
        if self.design is None:
            return
        with self.told():
            self.design.save(path)
        self.following.look_now()
        self.top.show()

    def told(self) -> Any:  # noqa: ANN401 - a context manager
        """Tell an error in place, with no traceback."""
        from sudare.widgets.messages import errors_in_place

        return errors_in_place(self.alert, self.lang)

    def tell(self, error: SudareError) -> None:
        """Tell an error that came up elsewhere."""
        self.alert.children = (message(error.problems, self.lang),)

    def stamp(self) -> str | None:
        """Return who decides, with today's date, as it stands in a spec; None where nobody was named."""
        return f"{self.who} {datetime.now(tz=UTC).astimezone().date().isoformat()}" if self.who else None

    def _changed(self) -> None:
        self.__dict__.pop("live", None)  # the unit that is counted may be another
        if self.opened is not None and self.design is not None:
            declared = self.design.spec.input
            if cells_of(declared) == cells_of(self.opened.declared):
                self.opened = replace(self.opened, declared=declared)
        self._draw_all()
        self._look_again()

    def _draw_all(self) -> None:
        for page in self.pages:
            page.stale = True
        self.top.show()
        self.following.draw()
        self.page.show()

    def _look_again(self) -> None:
        """Preview the design as it stands, in the background; a newer change takes over."""
        if self.opened is None or self.design is None:
            return
        opened, found, document, source = self.opened, self.findings, self.design.document, self._source
        rows, lang, as_read = self.looked_at, self.lang, self._read_for == _read_from(document.spec)

        def work(tell: Callable[[Text, float], None], cancelled: Callable[[], bool]) -> Looked:
            now, findings = (
                (opened, found) if as_read or source is None else read_anew(opened, source, document.spec, lang)
            )
            seen = preview(document, now.table, rows=rows, tell=tell, cancelled=cancelled)
            return Looked(now, findings, document.spec, seen, risk_after(seen))

        self.looking.run(work, self._saw, label=_LOOKING)

    @property
    def looked_at(self) -> int | None:
        """How many rows a preview looks at: None for all."""
        return None if self.opened is None or self.opened.facts.rows <= _AT_ONCE else _AT_ONCE

    def _saw(self, found: Looked) -> None:
        self.seen, self.risk = found.seen, found.risk
        self._processed.clear()
        if found.opened is not self.opened:
            self.opened, self.findings, self._read_for = found.opened, found.findings, _read_from(found.spec)
            self.__dict__.pop("live", None)
            self._draw_all()
        for page in self.pages:
            page.saw()

    # -- what is seen

    @property
    def page(self) -> Any:  # noqa: ANN401 - one of the pages
        """The page that is looked at."""
        return self.pages[self._tabs.selected_index or 0]

    def go_to(self, place: int) -> None:
        """Turn to another page, counted from 0."""
        self._tabs.selected_index = place

    def speak(self, lang: Language) -> None:
        """Change the language of everything on the desk."""
        self.lang = lang
        for one in (self.busy, self.looking):
            one.speak(lang)
        self._name_pages()
        self._draw_all()

    def _build(self) -> None:
        self.busy, self.looking = Busy(self.lang), Busy(self.lang)  # a preview never ends a run or a search
        self.alert = widgets.VBox(layout=WIDE)
        self.alert.add_class("sudare-alert")
        self.top = TopBar(self)
        self.following = Following(self)
        self.pages = (
            DataPage(self),
            ColumnsPage(self),
            DistributionPage(self),
            TechniquesPage(self),
            SafetyPage(self),
            RecordPage(self),
        )
        self._tabs = widgets.Tab(children=[page.widget for page in self.pages], layout=WIDE)
        self._name_pages()
        self._tabs.observe(lambda _change: self.page.show(), "selected_index")
        work = widgets.VBox([self.busy.widget, self.looking.widget], layout=WIDE)
        work.add_class("sudare-work")  # keeps its height, so that nothing jumps away from under the mouse
        self.widget.children = (self.top.widget, self.following.widget, work, self.alert, self._tabs)
        self.top.show()
        self.following.draw()
        self.page.show()

    def _name_pages(self) -> None:
        for n, page in enumerate(self.pages):
            self._tabs.set_title(n, f"{n + 1} {page.title.pick(self.lang)}")

    def _repr_mimebundle_(self, **_options: Any) -> Any:  # noqa: ANN401 - as IPython asks
        return self.widget._repr_mimebundle_()


@dataclass(frozen=True)
class Looked:
    """What a look at the design showed, and the table it was looked at with, which may have been read anew."""

    opened: Opened
    findings: tuple[Finding, ...]
    spec: Spec
    seen: Preview
    risk: Risk | None


def _read_from(spec: Spec) -> object:
    """Return what decides how a table is read and what is found in it."""
    return cells_of(spec.input), spec.unit.person if spec.unit is not None else None


def _beside(source: Given) -> Path | None:
    """Return where the spec of a file lies: beside it, under its name."""
    if not isinstance(source, str | Path):
        return None
    return spec_beside(source)


_READING = Text("表を読んで調べています", "Reading and looking at the table")
_LOOKING = Text("加工後を試しています", "Trying the processing")
