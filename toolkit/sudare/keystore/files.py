"""Key files as bytes: made once and never over another, read through no link, overwritten before they go."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

from sudare.keystore.permissions import OWNER_FILE, SAFE_OPEN

if TYPE_CHECKING:
    from pathlib import Path

KEY_ENDING = ".key"
TOMBSTONE_ENDING = ".destroyed"
MAX_BYTES = 4096  # a key file has some 300 bytes; what is longer is not one


def write_new(path: Path, record: dict[str, object]) -> None:
    """Write a record into a file that must not exist yet, readable by its owner only, down to the disk.

    Raises FileExistsError where the file exists; a file that could not be finished is taken away again.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE_OPEN, OWNER_FILE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def read_record(path: Path) -> dict[str, object]:
    """Read a record. Raises ValueError, TypeError or RecursionError where it is none, and OSError for a link."""
    with os.fdopen(os.open(path, os.O_RDONLY | SAFE_OPEN), "rb") as file:
        data = file.read(MAX_BYTES)
    record = json.loads(data.decode("utf-8"))
    if not isinstance(record, dict):
        raise TypeError("not a record")
    return record


def erase(path: Path) -> None:
    """Overwrite a file with random bytes down to the disk, and remove it."""
    with os.fdopen(os.open(path, os.O_RDWR | SAFE_OPEN), "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
