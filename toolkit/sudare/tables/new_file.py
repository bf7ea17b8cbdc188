"""A file that did not exist before, hashed while it is written and safely on the disk when it is closed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from typing import TYPE_CHECKING, Self

from sudare.errors import Problem, SudareError
from sudare.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

OWNER_ONLY = 0o600  # requirement G-72; Windows takes the folder's rights instead
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_TRIES, _WAIT = 10, 0.2  # seconds between two tries to move a file
_FULL_ON_WINDOWS = {39, 112}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL


class NewFile:
    """A new file, open for writing bytes. Leaving its `with` block flushes it to the disk and closes it.

    Where the block is left by an error, the file is closed and removed. A file that cannot be created (because one of
    that name exists, too) or written raises `SudareError` with the code `cannot-write`, a full disk `disk-full`.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, NewFile(Path(folder, "a.csv")) as file:
    ...     file.write(b"abc")
    3
    >>> file.sha256[:8]
    'ba7816bf'
    """

    def __init__(self, path: Path) -> None:
        """Create the file; one that exists is never written over."""
        self._path = path
        self._sha256 = hashlib.sha256()
        self._failed: SudareError | None = None
        with _told(path):
            self._file = open(path, "xb", opener=_private)  # noqa: SIM115 - __exit__ closes it

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes written so far, in hexadecimal."""
        return self._sha256.hexdigest()

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    def write(self, content: bytes | memoryview) -> int:
        """Write these bytes after the others, and return how many they are.

        Only the first failure is raised here, and again at the end of the block. After it bytes are dropped: Arrow
        closes its writer once more when Python tidies up, and would report a second failure at some odd moment.
        """
        if self._failed is None:
            self._put(content)
        return memoryview(content).nbytes

    def flush(self) -> None:
        """Hand what is waiting to the operating system."""
        with _told(self._path):
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        with _told(self._path):
            self._file.close()

    def _put(self, content: bytes | memoryview) -> None:
        try:
            with _told(self._path):
                self._file.write(content)
        except SudareError as error:
            self._failed = error
            raise
        self._sha256.update(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abandon()
            return
        try:
            self._finish()
        except SudareError:
            self._abandon()
            raise

    def _finish(self) -> None:
        if self._failed is not None:
            raise self._failed
        self.flush()
        with _told(self._path):
            os.fsync(self._file.fileno())
        self.close()

    def _abandon(self) -> None:
        # The first error is on its way to the user; a second one, of the same full disk, would hide it.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ONLY)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SudareError(problem_of(error, path.name)) from None


def put_in_place(path: Path, content: bytes) -> None:
    """Put new content in the place of a file: a reader sees the old one or the new one, never a part.

    The file keeps its rights and its group; one that was not there is readable by its owner only. Where another program holds it,
    as virus scanners on Windows do, the move is tried again for two seconds. Raises `SudareError` where it cannot be
    written; the file is then as it was.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with NewFile(draft) as file:
        file.write(content)
    try:
        if path.exists():
            _keep_rights(path, draft)
        _move(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SudareError(problem_of(error, path.name)) from None


def _keep_rights(path: Path, draft: Path) -> None:
    if os.name != "nt":
        group = path.stat().st_gid
        if group != draft.stat().st_gid:
            with contextlib.suppress(PermissionError):  # a group of which the writer is no member
                os.chown(draft, -1, group)
    shutil.copymode(path, draft)


def _move(draft: Path, path: Path) -> None:
    for _ in range(_TRIES):
        with contextlib.suppress(PermissionError):
            draft.replace(path)
            return
        time.sleep(_WAIT)
    draft.replace(path)


def problem_of(error: OSError, name: str) -> Problem:
    """Tell why a file could not be written, without the system's own words.

    >>> problem_of(OSError(errno.ENOSPC, ""), "out.csv").code
    'disk-full'
    """
    if error.errno in _FULL or getattr(error, "winerror", None) in _FULL_ON_WINDOWS:
        return Problem(
            "disk-full",
            name,
            Text("ディスクに空きがなく、書けませんでした。", "the disk is full; the file could not be written."),
            Text("空きを作ってからやり直してください。", "Make room, then try again."),
        )
    if isinstance(error, FileExistsError):
        return Problem(
            "cannot-write",
            name,
            Text("同じ名前のファイルがすでにあります。", "a file of that name exists already."),
            Text("別の場所を選ぶか、それを移してください。", "Choose another place, or move that file away."),
        )
    return Problem(
        "cannot-write",
        name,
        Text("ファイルを書けませんでした。", "the file could not be written."),
        Text(
            "Excelなどで開いていれば閉じ、フォルダーに書き込めるか確かめてください。",
            "Close it in Excel or elsewhere, and check that the folder may be written to.",
        ),
    )
