"""A production run from the outside: lock, sweep, execute in a child process, clean, commit."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sudare.display import html_table, problem_row
from sudare.errors import Problem, SudareError, UsageError
from sudare.execution.job import DATA_FILE
from sudare.execution.receipt import Receipt
from sudare.keystore import KeyStore
from sudare.language import Language, Text, preferred
from sudare.production import child
from sudare.production.commit import (
    STAGED,
    cannot_write,
    commit,
    disk_full,
    end_processes,
    free_to_replace,
    locked,
    open_work,
    remove,
    sweep,
    unfinished,
)
from sudare.production.messages import Ending, read_ending, read_progress
from sudare.production.notebook import cleaned
from sudare.production.session import DICTIONARY, RECEIPT, REPORT
from sudare.specs import read_spec
from sudare.specs.policy import find_policy
from sudare.tables.sniffing import table_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ROOM = 64 * 1024 * 1024  # bytes kept free beside the files themselves
_LITTLE = 1024 * 1024  # bytes; a process that ended with less room than this ended for want of room
_TEMPORARY = "temporary"
_TIMES = 2  # the processed file and what DuckDB may spill, as multiples of the input as it is when unpacked


_DONE = Text("完了しました。", "Done.")
_NOT_DONE = Text("データは書き出していません。", "No data was written.")


def _shown(value: object) -> Text:
    return Text("確認しました", "held") if value is None else Text(str(value), str(value))


@dataclass(frozen=True, repr=False)
class Finished:
    """How a run ended: exit code 0 done, 1 error, 3 refused; the receipt as in receipt.json; why, if not done."""

    exit_code: int
    receipt: dict[str, Any]
    problems: tuple[Problem, ...]
    out: Path

    def __repr__(self) -> str:
        # A notebook keeps this text: it names no folder of the machine.
        return f"Finished(exit_code={self.exit_code}, problems={[problem.code for problem in self.problems]})"

    def _repr_html_(self) -> str:
        if self.exit_code:
            return html_table(_NOT_DONE, [problem_row(problem) for problem in self.problems])
        checks = [
            (Text(check["measure"], check["measure"]), _shown(check["value"])) for check in self.receipt["checks"]
        ]
        return html_table(_DONE, checks)

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt."""
        return self.receipt


def run(  # noqa: PLR0913 - what the command line takes, each by name
    spec: Path | str,
    input: Path | str,  # noqa: A002 - the word of the command line
    out: Path | str,
    *,
    key_store: Path | str | None = None,
    policy: Path | str | None = None,
    lang: Language | None = None,
    threads: int | None = None,
    memory: str | None = None,
    set: Mapping[str, str] | None = None,  # noqa: A002 - the word of the command line
    progress: Callable[[Text, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Finished:
    """Execute a spec on a file through papermill and put the results into `out`, or refuse and write no data.

    The folder then holds the processed file, dictionary.csv, receipt.json, report.html and the cleaned run.ipynb; a
    refused run leaves receipt.json alone. `set` gives parameters of the spec other values for this run; they are
    recorded, so never a secret. `policy` is the organisation's; left out, it is the file that SUDARE_POLICY names, else
    `sudare-policy.yaml` beside the spec or in a folder above it. `cancelled` is asked ten times a second: once it says
    so, the run ends with nothing written, and `SudareError` with `cancelled` is raised. Else raises `SudareError` only
    where not even a receipt can be written, and `UsageError` for what was called wrongly, such as a parameter that the
    spec does not declare.
    """
    lang = lang or preferred()
    spec_path, input_path, out_path = Path(spec).absolute(), Path(input).absolute(), Path(out).absolute()
    rules = find_policy(spec_path, policy)
    for path, name in ((spec_path, "SPEC"), (input_path, "--input"), (rules, "--policy")):
        if path is not None and not path.is_file():
            what = Text("{name} のファイルがありません。", "there is no file at {name}.").fill(name=name)
            raise UsageError(Problem("no-such-file", name, what, Text("場所を確かめてください。", "Check the path.")))
    values = dict(set or {})
    if values:
        _known(values, spec_path)
    with locked(out_path):
        sweep(out_path)
        free_to_replace(out_path, [RECEIPT, REPORT, DICTIONARY, child.NOTEBOOK, *DATA_FILE.values()])
        _room_for(input_path, out_path)
        work = open_work(out_path)
        try:
            store = Path(key_store).absolute() if key_store else KeyStore.default_folder()
            parameters = {
                "spec": str(spec_path),
                "input_file": str(input_path),
                "work": str(work),
                "key_store": str(store),
                "lang": lang,
                "threads": threads or 0,
                "memory": memory or "",
                "values": values,
                "policy": str(rules.absolute()) if rules is not None else "",
            }
            ending = _execute(work, parameters, progress, cancelled)
            return _conclude(work, out_path, ending, lang)
        finally:
            # A commit that could not be finished is finished by the next run, from its journal.
            if not unfinished(work):
                remove(work)


def _known(values: Mapping[str, str], spec: Path) -> None:
    """Refuse parameters that the spec does not declare; whatever else is wrong with it the run itself will tell."""
    try:
        read_spec(spec, values)
    except UsageError:
        raise
    except SudareError:
        return


def _room_for(source: Path, out: Path) -> None:
    needed = _TIMES * table_size(source) + _ROOM
    if shutil.disk_usage(out).free < needed:
        what = Text(
            "ディスクの空きが足りません。約 {mb} MB 必要です。", "the disk is too full: about {mb} MB are needed."
        )
        now = Text("空きを増やすか、別の出力先にしてください。", "Free some space or choose another folder.")
        raise SudareError(Problem("disk-full", "", what.fill(mb=needed // 1_000_000), now))


def _execute(
    work: Path,
    parameters: dict[str, Any],
    progress: Callable[[Text, float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Ending:
    """Run the notebook in a process of its own and return how it ended."""
    try:
        _place_kernel(work)
        (work / _TEMPORARY).mkdir(mode=0o700)
        (work / child.REQUEST).write_text(json.dumps(parameters, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise cannot_write(error) from None
    process = subprocess.Popen(  # noqa: S603 - this very Python, no shell, our own module
        [sys.executable, "-m", child.__name__, str(work)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=work,
        env=_environment(work),
    )
    ended = False
    try:
        seen = 0
        while process.poll() is None:
            seen += _pass_on(work, seen, progress)
            if cancelled is not None and cancelled():
                raise SudareError(_CANCELLED)
            time.sleep(0.1)
        _pass_on(work, seen, progress)
        ended = True
    finally:
        if process.stdin is not None:
            process.stdin.close()  # ends the child, and through it the kernel, if this process is interrupted
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        if not ended:  # its kernel must let go of the folder that is to be removed
            end_processes(work)
    ending = read_ending(work)
    if ending is None:
        end_processes(work)
    return ending or Ending(1, (_ended_early(work),), {})


_CANCELLED = Problem(
    "cancelled",
    "",
    Text("中止しました。データは書き出していません。", "it was cancelled; no data was written."),
)


def _ended_early(work: Path) -> Problem:
    if shutil.disk_usage(work).free < _LITTLE:
        return disk_full()
    what = Text("処理のプロセスが途中で終わりました。", "the process that did the work ended early.")
    now = Text(
        "メモリ不足が主な原因です。他のプログラムを閉じるか --memory を下げてください。",
        "Memory is the usual cause. Close other programs or lower --memory.",
    )
    return Problem("kernel-died", "", what, now)


def _pass_on(work: Path, seen: int, progress: Callable[[Text, float], None] | None) -> int:
    if progress is None:
        return 0
    told = read_progress(work, seen)
    for stage, share in told:
        progress(stage, share)
    return len(told)


def _place_kernel(work: Path) -> None:
    """Describe a kernel of this very Python under a name of our own, which no user's kernel can shadow."""
    folder = work / "jupyter" / "kernels" / child.KERNEL
    folder.mkdir(parents=True)
    launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    quiet = ["--HistoryManager.enabled=False", "--InteractiveShellApp.ignore_cwd=True"]
    about = {"argv": [*launch, *quiet], "display_name": "sudare", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(about), encoding="utf-8")


def _environment(work: Path) -> dict[str, str]:
    """Return the child's environment: no start-up file runs, and everything goes into the run's folder.

    That is what Jupyter keeps, and every temporary file, such as the one that holds the key of the kernel's sockets.
    """
    temporary = str(work / _TEMPORARY)
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONSTARTUP", "PYTHONINSPECT"}}
    return {
        **kept,
        "JUPYTER_PATH": str(work / "jupyter"),
        "JUPYTER_DATA_DIR": str(work / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(work / "jupyter" / "config"),
        "JUPYTER_RUNTIME_DIR": str(work / "jupyter" / "runtime"),
        "JUPYTER_NO_CONFIG": "1",
        "IPYTHONDIR": str(work / "ipython"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), temporary),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _conclude(work: Path, out: Path, ending: Ending, lang: Language) -> Finished:
    staged = work / STAGED
    names = list(ending.names)
    receipt = ending.receipt
    try:
        if ending.exit_code == 0:
            (staged / child.NOTEBOOK).write_text(cleaned(receipt, lang), encoding="utf-8", newline="\n")
            names.insert(-1, child.NOTEBOOK)
        else:
            for leftover in staged.iterdir():
                leftover.unlink()
            receipt = receipt or Receipt("refused", {"sha256": None}, {}).refused(ending.problems).to_dict(lang)
            text = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
            (staged / RECEIPT).write_text(text, encoding="utf-8", newline="\n")
            names = [RECEIPT]
        commit(work, out, names, _log_entry(receipt, ending))
    except OSError as error:
        raise cannot_write(error) from None
    return Finished(ending.exit_code, receipt, ending.problems, out)


def _log_entry(receipt: dict[str, Any], ending: Ending) -> dict[str, Any]:
    """Return who ran what and when, in names, hashes and codes."""
    with contextlib.suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
        return {**_what(receipt, ending), "who": user}
    return {**_what(receipt, ending), "who": None}


def _what(receipt: dict[str, Any], ending: Ending) -> dict[str, Any]:
    return {
        "run": secrets.token_hex(8),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "state": receipt["state"],
        "why": [problem.code for problem in ending.problems],
        "spec": receipt.get("spec", {}).get("sha256"),
        "input": receipt.get("input", {}).get("sha256"),
        "output": (receipt.get("output") or {}).get("sha256"),
        "keys": receipt.get("keys", []),
        "parameters": list(receipt.get("parameters", {})),
        "versions": receipt.get("versions", {}),
    }
