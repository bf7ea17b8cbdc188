"""What the production notebook calls: the four stages of a run, with nothing of the data in any output."""

from __future__ import annotations

import functools
import os
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from sudare.engines.engine import Engine
from sudare.errors import Problem, Refused, SudareError
from sudare.execution.job import Job
from sudare.keystore import KeyStore
from sudare.language import Language, Text
from sudare.production.commit import STAGED
from sudare.production.messages import Ending, write_ending, write_progress
from sudare.reports import write_dictionary, write_report
from sudare.specs import read_spec
from sudare.specs.policy import read_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_P = ParamSpec("_P")
_BETWEEN = 0.2  # seconds between two notes of progress
RECEIPT, REPORT, DICTIONARY = "receipt.json", "report.html", "dictionary.csv"


class RunStoppedError(Exception):
    """The run ended here; the reason was left for the process that started it."""


def _stage(
    work_of: Callable[Concatenate[Session, _P], None],
) -> Callable[Concatenate[Session, _P], None]:
    """Reduce whatever goes wrong to what may be told, and leave it for the parent process."""

    @functools.wraps(work_of)
    def guarded(session: Session, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            work_of(session, *args, **kwargs)
        except SudareError as error:
            session.stop(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours or of a library: its text may quote the data
            session.stop(SudareError(unexpected(error)))

    return guarded


class Session:
    """One production run inside its kernel. Paths and names of secrets come in; only counts go out."""

    def __init__(  # noqa: PLR0913 - the notebook's parameters, one by one
        self,
        spec: str,
        input_file: str,
        work: str,
        *,
        key_store: str = "",
        lang: Language = "ja",
        threads: int = 0,
        memory: str = "",
        values: Mapping[str, str] | None = None,
        policy: str = "",
    ) -> None:
        """Open the run; `work` is its private folder, `values` sets parameters of the spec, `policy` is a path or ''."""
        self._work = Path(work)
        self._lang = lang
        self._given = (spec, input_file, key_store, threads, memory)
        self._values = dict(values or {})
        self._policy = Path(policy) if policy else None
        self._job: Job | None = None
        self._told = 0.0
        _die_with_parent()

    @_stage
    def read(self) -> None:
        """Check the spec, fetch the key by its name, read the table against what is declared."""
        spec, input_file, key_store, threads, memory = self._given
        document = read_spec(spec, self._values)
        policy = read_policy(self._policy) if self._policy is not None else None
        engine = Engine(self._work / "spill", threads=threads or None, memory=memory or None)
        store = KeyStore(Path(key_store)) if key_store else KeyStore(KeyStore.default_folder())
        self._job = Job(document, Path(input_file), engine=engine, store=store, policy=policy, tell=self._tell)
        self._job.read()

    @_stage
    def process(self) -> None:
        """Make every step."""
        self._opened().process()

    @_stage
    def check(self) -> None:
        """Check the result; nothing is written unless everything holds."""
        self._opened().check()

    @_stage
    def write(self) -> None:
        """Write the processed file and what goes with it into the run's private folder."""
        job = self._opened()
        staged = self._work / STAGED
        outcome = job.write(staged)
        names = [RECEIPT, REPORT]
        (staged / RECEIPT).write_text(outcome.receipt.to_json(self._lang), encoding="utf-8", newline="\n")
        write_report(staged / REPORT, job.document, outcome, self._lang)
        if job.spec.output.dictionary:
            write_dictionary(staged / DICTIONARY, job.document, outcome)
            names.append(DICTIONARY)
        _hold_no_identifier(staged, names, job)
        names.append(str((outcome.receipt.output or {})["file"]))
        write_ending(self._work, Ending(0, (), outcome.receipt.to_dict(self._lang), tuple(names)))

    def stop(self, error: SudareError) -> None:
        """Leave the reason for the parent process and end the notebook."""
        receipt: dict[str, Any] = {}
        if self._job is not None:
            receipt = self._job.receipt.refused(error.problems).to_dict(self._lang)
        write_ending(self._work, Ending(error.exit_code, error.problems, receipt))
        raise RunStoppedError from None

    def _opened(self) -> Job:
        if self._job is None:
            raise SudareError(Problem("not-read", "", Text("先に read() を呼びます。", "call read() first.")))
        return self._job

    def _tell(self, stage: Text, share: float) -> None:
        now = time.monotonic()
        if share in {0.0, 1.0} or now - self._told > _BETWEEN:
            self._told = now
            write_progress(self._work, stage, share)


def unexpected(error: BaseException) -> Problem:
    """Reduce a fault that is not ours to its kind and its place: its own text may quote the data.

    >>> unexpected(ValueError("116")).what.en
    'an unexpected error (ValueError).'
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "sudare" in Path(frame.filename).parts]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    what = Text("予期しないエラーです（{kind}）。", "an unexpected error ({kind}).").fill(kind=type(error).__name__)
    now = Text(
        "この行を添えて報告してください。何も書き出していません。", "Please report this line. Nothing was written."
    )
    return Problem("unexpected", place, what, now)


def _hold_no_identifier(staged: Path, names: list[str], job: Job) -> None:
    """Refuse if an identifier of the source stands in any file beside the data."""
    for name in names:
        lines = (staged / name).read_text(encoding="utf-8-sig").splitlines()
        if job.identifier_in(lines):
            what = Text("{name} に元の識別子の文字が含まれます。", "{name} would hold the text of an identifier.").fill(
                name=name
            )
            now = Text(
                "題名や理由、ラベルに値を書いていないか確かめてください。",
                "Check titles, reasons and labels for values.",
            )
            raise Refused(Problem("identifier-in-side-file", name, what, now))


def _die_with_parent() -> None:
    """End this process when the one that started it is gone: nobody would commit its work."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
