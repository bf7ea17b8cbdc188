"""Production runs that a page starts: each in a process of its own, a few at a time, with a history."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import psutil

from sudare.errors import Problem, Refused, SudareError
from sudare.language import Text
from sudare.tables.new_file import put_in_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sudare.language import Language

ENDED: Final = frozenset({"done", "refused", "cancelled", "error", "interrupted"})
_KEPT: Final = 200  # ended runs that are remembered
_PATIENCE: Final = 30.0  # seconds that a cancelled run has to clean up before its processes are ended


@dataclass(frozen=True)
class Run:
    """One run as the page sees it. Paths are below the server's root; no value of the data is in it."""

    id: str
    spec: str
    input: str
    out: str
    state: str = "queued"
    stage: str = ""
    share: float = 0.0
    started: str | None = None
    ended: str | None = None
    problems: tuple[Mapping[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the stable keys; `receipt` and `report` are paths where there is one."""
        receipt = f"{self.out}/receipt.json" if self.state in {"done", "refused"} else None
        report = f"{self.out}/report.html" if self.state == "done" else None
        return {**vars(self), "problems": list(self.problems), "receipt": receipt, "report": report}


@dataclass
class _Work:
    """What is needed to do a run."""

    request: dict[str, Any]
    process: subprocess.Popen[str] | None = None
    stopped: bool = False


@dataclass
class Runs:
    """All runs of one server. `tell` hears of every change, in whichever thread made it; it must not wait."""

    root: Path
    history: Path
    tell: Callable[[Run], None]
    at_once: int = 2
    key_store: Path | None = None
    _runs: dict[str, Run] = field(default_factory=dict)
    _work: dict[str, _Work] = field(default_factory=dict)
    _queue: deque[str] = field(default_factory=deque)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Remember the runs of an earlier server; what was running when it stopped was interrupted."""
        for run in _remembered(self.history):
            self._runs[run.id] = run if run.state in ENDED else replace(run, state="interrupted")

    def all(self) -> list[Run]:
        """Return every run, the newest first."""
        with self._lock:
            return list(reversed(self._runs.values()))

    def get(self, name: str) -> Run | None:
        """Return one run, or None."""
        with self._lock:
            return self._runs.get(name)

    def start(  # noqa: PLR0913 - what a run depends on, each by name
        self,
        spec: str,
        source: str,
        out: str,
        *,
        values: Mapping[str, str] | None = None,
        key_store: Path | None = None,
        lang: Language = "ja",
    ) -> Run:
        """Start a run, or let it wait for its turn. Refused with `busy-folder` where one works in the same folder."""
        with self._lock:
            if any(_same(run.out, out) and run.state not in ENDED for run in self._runs.values()):
                what = Text("この出力先では別の実行が進んでいます。", "another run works in this output folder.")
                now = Text("終わるのを待つか、別の出力先にしてください。", "Wait for it, or choose another folder.")
                raise Refused(Problem("busy-folder", "out", what, now))
            run = Run(uuid.uuid4().hex[:12], spec, source, out)
            store = key_store or self.key_store
            self._work[run.id] = _Work(
                {
                    "spec": str(self.root / spec),
                    "input": str(self.root / source),
                    "out": str(self.root / out),
                    "key_store": str(store) if store is not None else None,
                    "set": dict(values or {}),
                    "lang": lang,
                }
            )
            self._put(run)
            self._queue.append(run.id)
        self._next()
        return self._runs[run.id]

    def cancel(self, name: str) -> Run | None:
        """Cancel a run that waits or works, with every process of it. Returns the run, None where there is none."""
        with self._lock:
            run, work = self._runs.get(name), self._work.get(name)
            if run is None or work is None or run.state in ENDED:
                return run
            work.stopped = True
            if name in self._queue:
                self._queue.remove(name)
                self._end(replace(run, state="cancelled"))
                return self._runs[name]
            process = work.process
        if process is not None:
            threading.Thread(target=_stop, args=(process,), daemon=True).start()
        return run

    def let_work(self, at_once: int) -> None:
        """Let so many work at a time from now on: those that wait begin; those that are too many end in their own time."""
        with self._lock:
            self.at_once = at_once
        self._next()

    def close(self) -> None:
        """Cancel everything, as the server stops; nobody waits, since a run whose input ends cleans up by itself."""
        with self._lock:
            self._queue.clear()
            for work in self._work.values():
                work.stopped = True
                if work.process is not None:
                    _let_go(work.process)

    def _next(self) -> None:
        with self._lock:
            working = sum(run.state == "running" for run in self._runs.values())
            while self._queue and working < self.at_once:
                name = self._queue.popleft()
                self._put(replace(self._runs[name], state="running", started=_now()))
                threading.Thread(target=self._do, args=(name,), daemon=True, name="sudare-run").start()
                working += 1

    def _do(self, name: str) -> None:
        work = self._work[name]
        last: dict[str, Any] = {}
        try:
            with self._lock:
                if work.stopped:  # before there was a process to stop
                    return
                work.process = _process()
            with work.process as process:
                _ask(process, work.request)
                for last in _told(process):
                    if "share" in last:
                        with self._lock:
                            self._put(replace(self._runs[name], stage=last["stage"], share=last["share"]), keep=False)
                _let_go(process)
        finally:
            with self._lock:
                state = last.get("state") or ("cancelled" if work.stopped else "error")
                problems = tuple(last.get("problems", ())) or (() if state != "error" else (_LOST,))
                self._end(replace(self._runs[name], state=state, share=1.0, problems=problems))
            self._next()

    def _end(self, run: Run) -> None:
        self._work.pop(run.id, None)
        self._put(replace(run, ended=_now()))

    def _put(self, run: Run, *, keep: bool = True) -> None:
        self._runs[run.id] = run
        if keep:
            ended = [one.id for one in self._runs.values() if one.state in ENDED]
            for old in ended[: max(0, len(ended) - _KEPT)]:
                del self._runs[old]
            _remember(self.history, self._runs.values())
        self.tell(run)


def _same(one: str, other: str) -> bool:
    """Say whether two names are of one folder: where capitals do not tell files apart, they do not here either."""
    return os.path.normcase(one) == os.path.normcase(other)


_LOST: Final = {
    "code": "run-lost",
    "where": "",
    "message": "実行のプロセスが途中で終わりました。もう一度実行してください。"
    " / The process of the run ended early. Run it again.",
}


def _process() -> subprocess.Popen[str]:
    """Start the worker in a group of its own, so that nothing that stops the server's terminal stops it half-way."""
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [sys.executable, "-m", "sudare.server.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUTF8": "1"},
        **group,
    )


def _ask(process: subprocess.Popen[str], request: dict[str, Any]) -> None:
    """Send the request, which no other user of the machine can read on the way."""
    with contextlib.suppress(OSError, ValueError):  # it ended, or was let go by a cancellation
        if process.stdin is not None:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()


def _told(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """Yield what the worker tells; a line that is not the worker's, such as a library's warning, is passed over."""
    for line in process.stdout or ():
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict):
                yield told


def _let_go(process: subprocess.Popen[str]) -> None:
    """Tell a run to clean up and end: its input ends."""
    with contextlib.suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.close()


def _stop(process: subprocess.Popen[str]) -> None:
    """Let a run clean up; end whatever of it is still there after that, with all its children."""
    if process.poll() is not None:  # it ended, and its number may be another's by now
        return
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
        _let_go(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_PATIENCE)
        for one in [*family, psutil.Process(process.pid)] if process.poll() is None else family:
            with contextlib.suppress(psutil.Error):
                one.kill()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _remembered(history: Path) -> list[Run]:
    try:
        lines = history.read_text(encoding="utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        names = Run.__dataclass_fields__
        return [Run(**{**{key: one[key] for key in names}, "problems": tuple(one["problems"])}) for one in told]
    except (OSError, ValueError, KeyError, TypeError):  # none yet, or not ours: a history is a convenience
        return []


def _remember(history: Path, runs: Any) -> None:  # noqa: ANN401 - the values of a dictionary
    text = "".join(json.dumps({**vars(run), "problems": list(run.problems)}, ensure_ascii=False) + "\n" for run in runs)
    with contextlib.suppress(OSError, SudareError):  # a full disk must not end a run
        history.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(history, text.encode("utf-8"))
