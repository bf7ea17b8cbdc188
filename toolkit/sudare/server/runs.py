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

from sudare.errors import Problem, Refused
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    """All runs of one server. `tell` hears of every change, in some thread of its own."""

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
            if any(run.out == out and run.state not in ENDED for run in self._runs.values()):
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

    def close(self) -> None:
        """Cancel everything, as the server stops."""
        for run in self.all():
            if run.state not in ENDED:
                self.cancel(run.id)

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
                work.process = _process()
            with contextlib.suppress(OSError), contextlib.nullcontext(work.process.stdin) as pipe:
                if pipe is not None:
                    pipe.write(json.dumps(work.request) + "\n")
                    pipe.flush()
            if work.stopped:
                _stop(work.process)
            for line in work.process.stdout or ():
                last = json.loads(line)
                if "share" in last:
                    with self._lock:
                        self._put(replace(self._runs[name], stage=last["stage"], share=last["share"]), keep=False)
            work.process.wait()
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


_LOST: Final = {
    "code": "run-lost",
    "where": "",
    "message": "実行のプロセスが途中で終わりました。 / The process of the run ended early.",
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
        env={**os.environ, "PYTHONUTF8": "1"},
        **group,
    )


def _stop(process: subprocess.Popen[str]) -> None:
    """Let a run clean up; end whatever of it is still there after that, with all its children."""
    with contextlib.suppress(psutil.Error):
        family = psutil.Process(process.pid).children(recursive=True)
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
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
    with contextlib.suppress(OSError):
        history.parent.mkdir(parents=True, exist_ok=True)
        new = history.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.replace(history)
