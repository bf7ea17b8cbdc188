"""Who may read the key folder. The only file of this room that asks which system it runs on.

The POSIX branch is tested. The Windows branch could not be tried on Windows here: the reading of access lists and the
commands are tested as functions of text, the calls of `icacls` and `whoami` themselves are not.
"""

from __future__ import annotations

import functools
import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from sudare.errors import Problem, Refused
from sudare.language import Text

# A key file is never followed through a link, never inherited by a child process, never translated by line endings.
SAFE_OPEN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
OWNER_FILE = stat.S_IRUSR | stat.S_IWUSR
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

# Those who may take any file of the machine anyhow: the system and its administrators (SDDL names).
_MACHINE = frozenset({"SY", "BA", "S-1-5-18", "S-1-5-32-544"})
_ENTRY = re.compile(r"\(([^()]*)\)")
_ENTRY_PARTS = 6  # type; flags; rights; object; inherited object; who
_SID = re.compile(rb"S-1-[0-9]+(?:-[0-9]+)+")
_SECONDS = 60  # a domain controller that does not answer must not hang the run


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can read; a folder that is there already is checked, not changed.

    Mode 0700 on POSIX. On Windows, inheritance is cut and the user alone gets access, by `icacls`; the result is
    read back. Raises `open-key-store`, and OSError where the folder cannot be made. Not tried on Windows.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=stat.S_IRWXU)
    except FileExistsError:
        check_private(folder)
        return
    if sys.platform == "win32":
        _run(restrict_command(_system_tool("icacls.exe"), folder, _user_sid()))
    else:
        folder.chmod(stat.S_IRWXU)
    check_private(folder)


def check_private(path: Path) -> None:
    """Refuse a key folder or key file that somebody else may read, or that belongs to somebody else.

    A folder may be reached through a link, where it is private itself; a key file that is a link is refused.
    Raises `open-key-store`. On Windows the access list is read by `icacls`, and may name the user, the system and
    the administrators only; the owner is not looked at there. Not tried on Windows.
    """
    if path.is_symlink() and not path.is_dir():
        raise Refused(_open(path, Text("リンクです。", "it is a link.")))
    if sys.platform == "win32":
        if not allows_only(_access_list(path), _user_sid()):
            raise Refused(_open(path, Text("他の人も読めます。", "others may read it.")))
        return
    facts = path.stat()
    if facts.st_uid != os.geteuid():
        raise Refused(_open(path, Text("別の人の所有です。", "it belongs to somebody else.")))
    if facts.st_mode & _OTHERS:
        raise Refused(_open(path, Text("他の人も読めます。", "others may read it.")))


def settle(folder: Path) -> None:
    """Make sure that a file made or removed in the folder stays so after a power cut; Windows has no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | SAFE_OPEN & ~os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def restrict_command(icacls: Path, folder: Path, sid: str) -> list[str]:
    """Return the command that cuts inheritance and gives the folder, and files to come, to one user.

    >>> restrict_command(Path("icacls.exe"), Path("keys"), "S-1-5-21-1-2-3-1001")[2:]
    ['/inheritance:r', '/grant:r', '*S-1-5-21-1-2-3-1001:(OI)(CI)F', '/q']
    """
    return [str(icacls), str(folder), "/inheritance:r", "/grant:r", f"*{sid}:(OI)(CI)F", "/q"]


def allows_only(sddl: str, sid: str) -> bool:
    """Say whether an access list in Windows' notation (SDDL) lets in nobody but the user and the machine itself.

    A list that is missing or holds an entry of a kind not known here counts as open.

    >>> allows_only("D:PAI(A;OICI;FA;;;S-1-5-21-1-2-3-1001)", "S-1-5-21-1-2-3-1001")
    True
    >>> allows_only("D:AI(A;ID;FA;;;BU)", "S-1-5-21-1-2-3-1001")
    False
    """
    granted = sddl.partition("S:")[0]  # what follows S: is about auditing
    entries = [entry.split(";") for entry in _ENTRY.findall(granted)]
    if not granted.startswith("D:") or not entries or any(len(entry) != _ENTRY_PARTS for entry in entries):
        return False
    # Windows writes the first account of the machine, whose number ends in 500, by its name LA.
    mine = _MACHINE | {sid} | ({"LA"} if sid.endswith("-500") else set())
    return all(kind == "D" or (kind == "A" and who in mine) for kind, *_, who in entries)


def _access_list(path: Path) -> str:
    # `icacls FILE` prints names in the language of the system; what `/save` writes is the same everywhere.
    with tempfile.TemporaryDirectory(prefix="sudare-") as folder:
        saved = Path(folder) / "acl"
        _run([str(_system_tool("icacls.exe")), str(path), "/save", str(saved), "/q"])
        lines = saved.read_text(encoding="utf-16-le").splitlines()
    return next((line for line in lines if line.startswith("D:")), "")


@functools.cache
def _user_sid() -> str:
    found = _SID.findall(_run([str(_system_tool("whoami.exe")), "/user", "/fo", "csv", "/nh"]))
    if not found:
        raise Refused(_tool_failed())
    return str(found[-1].decode("ascii"))


def _system_tool(name: str) -> Path:
    # By its full path, so that no program of the same name in the working folder is started.
    return Path(os.environ.get("SystemRoot", r"C:\Windows")) / "System32" / name  # noqa: SIM112 - Windows spells it so


def _run(command: list[str]) -> bytes:
    try:
        # A list, by full path, without a shell: nothing in it comes from a user but the folder.
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - see above
    except (OSError, subprocess.SubprocessError):
        raise Refused(_tool_failed()) from None
    return done.stdout


def _tool_failed() -> Problem:
    return Problem(
        "open-key-store",
        "key store",
        Text("鍵のフォルダーの権限を確かめられません。", "the permissions of the key store could not be checked."),
        Text(
            "icacls と whoami が使えるか、管理者に尋ねてください。",
            "Ask the administrator whether icacls and whoami work.",
        ),
    )


def _open(path: Path, why: Text) -> Problem:
    return Problem(
        "open-key-store",
        path.name,
        Text("鍵の置き場として使えません。{why}", "this cannot hold keys: {why}").fill(why=why),
        Text(
            "自分だけが読めるフォルダーを --key-store か SUDARE_KEY_STORE で選んでください。"
            "POSIX では chmod 700（ファイルは 600）。",
            "Choose a folder that only you can read, with --key-store or SUDARE_KEY_STORE. "
            "On POSIX: chmod 700 (600 for files).",
        ),
    )
