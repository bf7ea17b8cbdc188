"""Reads a file that may lie packed by gzip as the bytes inside it, and packs bytes so that the same give the same."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import zlib
from typing import TYPE_CHECKING, cast

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.opening import opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any, BinaryIO, Final

    from sudare.tables.new_file import NewFile

SIGN: Final = b"\x1f\x8b"
# RFC 1952: deflate, no flags, no time, no name, system unknown. Nothing tells when, where or from what it was made.
_HEADER: Final = SIGN + b"\x08\x00" + b"\x00\x00\x00\x00" + b"\x00\xff"
_LEVEL: Final = 6
_PORTION: Final = 1 << 20  # packed in equal portions, so that how the bytes came does not matter
_SAMPLE: Final = 32 << 20
_ALWAYS_FINE: Final = 1 << 30
# Tables of text pack 5 to 50 times; deflate can do 1,032 times, which only a file made to fill a disk comes near.
_MOST: Final = 200


def expansion_limit(packed: int) -> int:
    """Return how many bytes a gzip file of this size may hold: 1 GiB, or 200 times its size where that is more.

    >>> expansion_limit(1_000), expansion_limit(10 << 30) == 2_000 << 30
    (1073741824, True)
    """
    return max(_ALWAYS_FINE, _MOST * packed)


def is_gzip(path: Path) -> bool:
    """Whether a file begins as gzip files do, whatever its name. Errors: `cannot-open`."""
    with opening(path) as stream:
        return stream.read(len(SIGN)) == SIGN


@contextlib.contextmanager
def unpacked(path: Path, seen: Callable[[memoryview], object] | None = None) -> Iterator[BinaryIO]:
    """Open a file for reading the bytes of its table: what gzip packed is unpacked while it is read.

    Several members behind one another read as one. Memory does not grow with the file. `seen` is given every byte of
    the file as it lies, for its hash. Errors: `cannot-open`; while reading, `damaged` where the packing is cut off or
    broken, `too-large` beyond `expansion_limit`.
    """
    packed = is_gzip(path)
    with opening(path) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        source = stream if seen is None else cast("BinaryIO", io.BufferedReader(_Watched(stream, seen), _PORTION))
        if not packed:
            yield source
            return
        inside = Unpacking(source, path.name, expansion_limit(size))
        yield cast("BinaryIO", io.BufferedReader(inside, _PORTION))


class _Watched(io.RawIOBase):
    """The bytes of a file, shown to another on their way."""

    def __init__(self, stream: BinaryIO, seen: Callable[[memoryview], object]) -> None:
        super().__init__()
        self._stream = stream
        self._seen = seen

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as Python hands it over
        found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        self._seen(memoryview(found))
        return len(found)


class Unpacking(io.RawIOBase):
    """The bytes inside a gzip stream."""

    def __init__(self, packed: BinaryIO, name: str, most: int) -> None:
        """Take the packed bytes, the file's name for messages, and how many bytes may come out."""
        super().__init__()
        self._inside = gzip.GzipFile(fileobj=packed, mode="rb")
        self._name = name
        self._left = most

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as Python hands it over
        """Fill the buffer with the next bytes and return how many they are."""
        try:
            found = self._inside.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Refused(damaged_gzip(self._name)) from None
        self._left -= len(found)
        if self._left < 0:
            raise Refused(_too_large(self._name))
        buffer[: len(found)] = found
        return len(found)


def unpacked_size(path: Path) -> int:
    """Return about how many bytes the table in a file takes: of a gzip file, told from its first part.

    What cannot be unpacked counts as it lies; reading it will say what is wrong. Errors: `cannot-open`.
    """
    with opening(path) as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if stream.read(len(SIGN)) != SIGN:
            return size
        stream.seek(0)
        inside, out = gzip.GzipFile(fileobj=stream, mode="rb"), 0
        try:
            while out < _SAMPLE and (found := inside.read(_PORTION)):
                out += len(found)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            return size
        return max(size, out) if out < _SAMPLE else max(size, out * size // max(1, stream.tell()))


class Packing:
    """Packs bytes into a new file; the packed bytes depend on the bytes alone, not on how or when they came."""

    def __init__(self, file: NewFile) -> None:
        """Take the file, in which nothing stands yet."""
        self._file = file
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._waiting = bytearray()
        self._sum = 0
        self._size = 0
        file.write(_HEADER)

    def write(self, content: bytes | memoryview) -> int:
        """Take these bytes after the others, and return how many they are."""
        self._waiting += content
        while len(self._waiting) >= _PORTION:
            self._put(bytes(self._waiting[:_PORTION]))
            del self._waiting[:_PORTION]
        return memoryview(content).nbytes

    def finish(self) -> None:
        """Write what is left, and the sum and size by which a reader sees that all is there."""
        self._put(bytes(self._waiting))
        self._file.write(self._packer.flush() + struct.pack("<II", self._sum, self._size & 0xFFFFFFFF))

    def _put(self, portion: bytes) -> None:
        self._sum = zlib.crc32(portion, self._sum)
        self._size += len(portion)
        self._file.write(self._packer.compress(portion))


def damaged_gzip(name: str) -> Problem:
    """Tell that a gzip file is not whole."""
    return Problem(
        "damaged",
        name,
        Text("gzip のファイルが途中で切れているか、壊れています。", "the gzip file is cut off or damaged."),
        Text("もう一度受け取るか、圧縮し直してください。", "Fetch it again, or pack it again."),
    )


def _too_large(name: str) -> Problem:
    return Problem(
        "too-large",
        name,
        Text(
            "gzip を展開すると大きくなりすぎます（1 GB を超え、かつ圧縮時の {most} 倍を超えます）。",
            "unpacked, the gzip file grows too large (over 1 GB and over {most} times its packed size).",
        ).fill(most=_MOST),
        Text(
            "正しいファイルなら、展開してから指定してください。", "If the file is right, unpack it first and give that."
        ),
    )
