"""Long work beside the desk: how far it is, a button that stops it, and the page stays usable meanwhile."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import ipywidgets as widgets

from sudare.language import NOTHING, Text, preferred
from sudare.widgets.messages import errors_in_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sudare.language import Language

    Tell = Callable[[Text, float], None]
    Cancelled = Callable[[], bool]

T = TypeVar("T")

_WORKING = Text("処理しています", "working")
_STOP = Text("中止", "Stop")
_STOPPING = Text("中止しています…", "stopping …")
_BETWEEN = 0.1  # seconds between two drawings of the bar


@dataclass
class _Job(Generic[T]):
    """One piece of work, from its call to its end."""

    work: Callable[[Tell, Cancelled], T]
    done: Callable[[T], None]
    label: Text
    post: Callable[[Callable[[], None]], None]  # calls a function later, in the kernel's own thread
    stop: threading.Event = field(default_factory=threading.Event)
    over: bool = False  # whether its result was handed over, told as an error, or dropped
    result: list[T] = field(default_factory=list)
    error: Exception | None = None
    drawn: float = 0.0
    thread: threading.Thread | None = None


class Busy:
    """Runs one long work at a time in a thread, with a bar, the stage in words and a button to stop it.

    A newer work takes the place of an older one, whose result is dropped. Stopping is by asking: the work looks at
    `cancelled()` now and then. Without a kernel's event loop the work is done at once, in the caller's thread.

    >>> busy = Busy("en")
    >>> busy.run(lambda tell, cancelled: 6 * 7, print)
    42
    """

    def __init__(self, lang: Language | None = None) -> None:
        """Make the widgets; they are hidden while nothing is done."""
        self._lang: Language = lang or preferred()
        self._job: _Job[Any] | None = None
        self._turn = threading.Lock()
        self._ending = threading.Lock()  # Lab calls back in another thread than the one that runs cells
        self._stage = widgets.HTML()
        self._bar = widgets.HTML()
        self._stop = widgets.Button(description=_STOP.pick(self._lang), layout=widgets.Layout(width="auto"))
        self._stop.add_class("sudare-stop")
        self._stop.on_click(lambda _button: self.cancel())
        layout = widgets.Layout(flex_flow="row wrap", align_items="center", display="none")
        self._row = widgets.HBox([self._bar, self._stage, self._stop], layout=layout)
        self._alert = widgets.VBox()
        self.widget = widgets.VBox([self._row, self._alert])
        self.widget.add_class("sudare-busy")

    @property
    def working(self) -> bool:
        """Whether something is being done."""
        return self._job is not None and not self._job.over

    def speak(self, lang: Language) -> None:
        """Change the language of what is told from now on; work that is under way goes on."""
        self._lang = lang
        self._stop.description = _STOP.pick(lang)

    def run(self, work: Callable[[Tell, Cancelled], T], done: Callable[[T], None], *, label: Text = _WORKING) -> None:
        """Do `work(tell, cancelled)` beside the desk and hand its result to `done` in the kernel's own thread.

        `tell(stage, share)` moves the bar, with a share from 0 to 1. An error of either is told in place.
        """
        post = _poster()
        if post is None:
            self.run_now(work, done, label=label)
            return
        job = self._begun(_Job(work, done, label, post))
        job.thread = threading.Thread(target=self._work, args=(job,), daemon=True, name="sudare-busy")
        job.thread.start()

    def run_now(
        self, work: Callable[[Tell, Cancelled], T], done: Callable[[T], None], *, label: Text = _WORKING
    ) -> None:
        """Do the same at once, in the caller's thread."""
        job = self._begun(_Job(work, done, label, lambda call: call()))
        self._work(job)

    def cancel(self) -> None:
        """Ask the work to stop; its result is dropped, whenever it comes."""
        job = self._job
        if job is None or job.over:
            return
        job.stop.set()
        self._stop.disabled = True
        self._say(_STOPPING)

    def wait(self) -> None:
        """Wait until the work, and what its result sets off, is handed over; for notebooks without a person."""
        while (job := self._job) is not None and job.thread is not None and not job.over:
            job.thread.join()
            self._end(job)

    def _begun(self, job: _Job[T]) -> _Job[T]:
        with self._ending:
            if self._job is not None:
                self._job.stop.set()
                self._job.over = True
            self._job = job
        self._clear()
        self._draw(job.label, 0.0)
        self._stop.disabled = False
        self._row.layout.display = "flex"
        return job

    def _work(self, job: _Job[T]) -> None:
        with self._turn:  # an older work may still be on its way to its end: two at once would hold two tables
            if not job.stop.is_set():
                try:
                    job.result.append(job.work(lambda stage, share: self._told(job, stage, share), job.stop.is_set))
                except Exception as error:  # noqa: BLE001 - told in place, reduced where it is not ours
                    job.error = error
        job.post(lambda: self._end(job))

    def _told(self, job: _Job[Any], stage: Text, share: float) -> None:
        now = time.monotonic()
        if job.over or job.stop.is_set() or (0 < share < 1 and now - job.drawn < _BETWEEN):
            return
        job.drawn = now
        job.post(lambda: None if job.over or job.stop.is_set() else self._draw(stage, share))

    def _end(self, job: _Job[T]) -> None:
        with self._ending:
            if job.over:
                return
            job.over = True
        self._row.layout.display = "none"
        self._say(NOTHING)
        if job.stop.is_set():
            return
        with errors_in_place(self._alert, self._lang):
            if job.error is not None:
                raise job.error
            job.done(job.result[0])

    def _clear(self) -> None:
        with errors_in_place(self._alert, self._lang):
            pass

    def _draw(self, stage: Text, share: float) -> None:
        label = escape(stage.pick(self._lang))
        percent = round(100 * min(max(share, 0.0), 1.0))
        value = f'value="{percent}" ' if share else ""  # without a value the bar says that it is not known how far
        self._bar.value = f'<progress max="100" {value}aria-label="{label}" style="width: 12em"></progress>'
        self._say(stage)

    def _say(self, stage: Text) -> None:
        """Say the stage in words; a screen reader reads it out when it changes."""
        said = f'<span role="status" style="margin: 0 0.6em">{escape(stage.pick(self._lang))}</span>'
        if self._stage.value != said:
            self._stage.value = said


def _poster() -> Callable[[Callable[[], None]], None] | None:
    """Return what calls a function later in this thread's event loop; None where there is no loop."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return None
    here = contextvars.copy_context()

    def post(call: Callable[[], None]) -> None:
        if not loop.is_closed():
            # A context runs one call at a time, so each has a copy of its own.
            loop.call_soon_threadsafe(call, context=here.copy())

    return post
