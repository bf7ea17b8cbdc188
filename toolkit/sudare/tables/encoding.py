"""Finds the character encoding of a file in one pass over its bytes, together with its hash; never by guessing.

Read in the order UTF-8, then cp932, both strictly. `shift_jis` fails on ①～髙﨑 and `shift_jisx0213` silently changes
them, so neither is ever used.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.gzip_file import unpacked
from sudare.tables.opening import stamp

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO, Final

_CHUNK: Final = 4 << 20
_BOM: Final = codecs.BOM_UTF8
# Python reads the bytes A0, FD, FE and FF as these; no cp932 file holds them.
_NOT_CP932: Final = "\uf8f0\uf8f1\uf8f2\uf8f3"
_ISO_2022: Final = re.compile(rb"\x1b[$(]")
# Three UTF-8 kana or kanji in a row: L leads such a character, C continues it. A class per byte, then a plain search,
# is fifty times as fast as the regular expression.
_CLASSES: Final = bytes(76 if 0xE3 <= n <= 0xE9 else 67 if 0x80 <= n <= 0xBF else 46 for n in range(256))  # noqa: PLR2004 - bytes
_THREE_BYTES: Final = re.compile(rb"[\xe2-\xef][\x80-\xbf]{2}")
_RUN: Final = b"LCC" * 3
# Below 0x40 no byte is the second half of a cp932 character: there a piece of text surely starts or ends.
_PIECE_END: Final = re.compile(rb"[\x00-\x3f]")
_PIECE: Final = 512


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a file found.

    `sha256` is that of the file as it lies on the disk, `size` the bytes of the table, unpacked where gzip packed it.
    `broken` holds the encodings that fail, and at which byte. `wide_utf8`: there are characters of three bytes in
    UTF-8, as all Japanese ones are. `utf8_run`: some piece of the file surely is Japanese in UTF-8.
    """

    sha256: str
    size: int
    lines: int
    stamp: tuple[int, int]
    bom: bool
    wide: bool
    nul: bool
    escapes: bool
    wide_utf8: bool
    utf8_run: bool
    broken: dict[str, int]

    def fits(self, codec: str) -> bool:
        """Whether every byte of the file reads in this encoding."""
        return codec not in self.broken


class _Trial:
    """Tries one encoding on the bytes as they come, and remembers where it failed."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.broken: int | None = None
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._pending = 0

    def feed(self, chunk: bytes, base: int, *, ascii_only: bool, final: bool = False) -> None:
        if self.broken is not None or (ascii_only and not self._pending and not final):
            return
        start = base - self._pending
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self.broken = start + error.start
            return
        self._pending = len(self._decoder.getstate()[0])
        if self.codec == "cp932":
            self._no_stray_bytes(text, start)

    def _no_stray_bytes(self, text: str, start: int) -> None:
        found = [place for sign in _NOT_CP932 if (place := text.find(sign)) >= 0]
        if found:
            self.broken = start + len(text[: min(found)].encode("cp932"))


def scan(path: Path) -> Scan:
    """Read a file's bytes once: hash, number of lines, and the encodings that fit.

    Memory does not grow with the file. Errors: `cannot-open`; of a gzip file also `damaged`, `too-large`.
    """
    before, digest = stamp(path), hashlib.sha256()
    with unpacked(path, seen=digest.update) as stream:
        found = _scan(stream, before)
    return replace(found, sha256=digest.hexdigest())


def _scan(stream: BinaryIO, before: tuple[int, int]) -> Scan:
    lines = _Lines()
    trials = [_Trial(codec) for codec in ("utf-8", "cp932", "euc_jp")]
    base, start = 0, b""
    nul = escapes = wide = run = False
    while chunk := stream.read(_CHUNK):
        lines.count(chunk)
        start = start or chunk[:4]
        plain = chunk.isascii()
        for trial in trials:
            trial.feed(chunk, base, ascii_only=plain)
        nul = nul or b"\0" in chunk
        escapes = escapes or (b"\x1b" in chunk and _ISO_2022.search(chunk) is not None)
        # Asked only while all was UTF-8: a cp932 file leaves that within its first characters.
        wide = wide or (not plain and trials[0].broken is None and _THREE_BYTES.search(chunk) is not None)
        run = run or (not plain and _has_utf8_run(chunk))
        base += len(chunk)
    for trial in trials:
        trial.feed(b"", base, ascii_only=False, final=True)
    return Scan(
        sha256="",
        size=base,
        lines=lines.total,
        stamp=before,
        bom=start.startswith(_BOM),
        wide=start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)),
        nul=nul,
        escapes=escapes,
        wide_utf8=wide,
        utf8_run=run,
        broken={trial.codec: trial.broken for trial in trials if trial.broken is not None},
    )


class _Lines:
    """Counts lines that end in LF, CR LF or CR; the last one may have no end."""

    def __init__(self) -> None:
        self.ended = 0
        self._last = b""

    def count(self, chunk: bytes) -> None:
        self.ended += chunk.count(b"\n")
        if b"\r" in chunk:
            self.ended += chunk.count(b"\r") - chunk.count(b"\r\n")
        if self._last == b"\r" and chunk.startswith(b"\n"):
            self.ended -= 1
        self._last = chunk[-1:]

    @property
    def total(self) -> int:
        return self.ended + (self._last not in {b"", b"\n", b"\r"})


def _has_utf8_run(chunk: bytes) -> bool:
    """Whether a piece of text in the chunk is Japanese in UTF-8.

    Among millions of cp932 kanji the byte pattern alone occurs by chance, so the whole piece must read as UTF-8 and
    consist of characters that Japanese files hold.
    """
    classes = chunk.translate(_CLASSES)
    place = classes.find(_RUN)
    while place >= 0:
        before = chunk[max(0, place - _PIECE) : place]
        after = chunk[place : place + _PIECE]
        ends = [end.end() for end in _PIECE_END.finditer(before)]
        stop = _PIECE_END.search(after)
        piece = before[ends[-1] if ends else 0 :] + after[: stop.start() if stop else len(after)]
        if _is_japanese_utf8(piece):
            return True
        place = classes.find(_RUN, place + len(_RUN))
    return False


def _is_japanese_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8").encode("cp932")
    except UnicodeError:
        return False
    return True


def encoding_of(path: Path, found: Scan, declared: str | None = None) -> str:
    """Return `utf-8-sig`, `utf-8` or `cp932` for a scanned file, or refuse.

    A file of ASCII alone is `utf-8`. A declared `utf-8` accepts a byte order mark. Errors (slugs beginning with
    `encoding-`) name the line where a declared encoding fails, never a byte or a value.
    """
    fault = _never_read(found)
    if fault is None:
        fault = _undeclared(path, found) if declared is None else _declared(path, found, declared)
    if fault is not None:
        code, what, now = fault
        raise Refused(Problem(f"encoding-{code}", "input.encoding", what, now))
    if found.bom:
        return "utf-8-sig"
    if declared == "cp932":
        return "cp932"
    return "utf-8" if found.fits("utf-8") else "cp932"


_Fault = tuple[str, Text, Text]
_SAVE_AS_UTF8: Final = Text(
    "UTF-8 で保存し直してください（Excel では「CSV UTF-8」）。", "Save it as UTF-8 (in Excel: 'CSV UTF-8')."
)


def _never_read(found: Scan) -> _Fault | None:
    if found.wide:
        return "utf16", Text("UTF-16 または UTF-32 のファイルです。", "the file is UTF-16 or UTF-32."), _SAVE_AS_UTF8
    if found.nul:
        what = Text(
            "NUL 文字があります。UTF-16 か、表ではないファイルです。",
            "it holds NUL characters: it is UTF-16, or no table.",
        )
        return "nul", what, _SAVE_AS_UTF8
    if found.escapes:
        what = Text("ISO-2022-JP（JIS コード）のファイルです。", "the file is ISO-2022-JP (JIS code).")
        return "iso-2022-jp", what, _SAVE_AS_UTF8
    return None


def _undeclared(path: Path, found: Scan) -> _Fault | None:
    if found.fits("utf-8"):
        return None
    if found.bom or found.utf8_run:
        return _mixed(path, found)
    if found.fits("cp932"):
        return _ambiguous() if found.fits("euc_jp") else None
    if found.fits("euc_jp"):
        return "euc-jp", Text("EUC-JP のファイルです。", "the file is EUC-JP."), _SAVE_AS_UTF8
    what = Text(
        "{utf8} 行目が UTF-8 として、{cp932} 行目が cp932 として読めません。",
        "line {utf8} does not read as UTF-8, and line {cp932} does not read as cp932.",
    ).fill(utf8=_line(path, found.broken["utf-8"]), cp932=_line(path, found.broken["cp932"]))
    return "unknown", what, _SAVE_AS_UTF8


def _declared(path: Path, found: Scan, declared: str) -> _Fault | None:
    codec = "cp932" if declared == "cp932" else "utf-8"
    if codec == "cp932" and found.fits("utf-8") and (found.bom or found.wide_utf8):
        what = Text("cp932 ではなく UTF-8 のファイルです。", "the file is UTF-8, not cp932.")
        return "mismatch", what, _write_instead("utf-8")
    if found.utf8_run and not found.fits("utf-8"):
        return _mixed(path, found)
    if found.fits(codec):
        return None
    other = next((name for name in ("utf-8", "cp932") if found.fits(name)), None)
    what = Text("{line} 行目が {declared} として読めません。", "line {line} does not read as {declared}.").fill(
        line=_line(path, found.broken[codec]), declared=declared
    )
    return "mismatch", what, _SAVE_AS_UTF8 if other is None else _write_instead(other)


def _write_instead(codec: str) -> Text:
    return Text(
        "{codec} なら読めます。encoding: {codec} と書いてください。",
        "It reads as {codec}: write `encoding: {codec}`.",
    ).fill(codec=codec)


def _mixed(path: Path, found: Scan) -> _Fault:
    what = Text(
        "UTF-8 とほかの文字コードが混ざっています（UTF-8 として読めない最初の行: {line} 行目）。",
        "UTF-8 and another encoding are mixed (line {line} is the first that is not UTF-8).",
    ).fill(line=_line(path, found.broken["utf-8"]))
    now = Text("元のファイルを一つずつ UTF-8 にしてからつないでください。", "Make each part UTF-8 before joining them.")
    return "mixed", what, now


def _ambiguous() -> _Fault:
    what = Text("cp932 とも EUC-JP とも読めます。", "it reads both as cp932 (half-width kana) and as EUC-JP.")
    now = Text(
        "cp932 なら encoding: cp932 と書いてください。EUC-JP なら UTF-8 で保存し直してください。",
        "If it is cp932, write `encoding: cp932`; if it is EUC-JP, save it as UTF-8.",
    )
    return "ambiguous", what, now


def _line(path: Path, offset: int) -> int:
    """Return the number of the line that holds a byte; read again, since this is asked only of a bad file."""
    lines = _Lines()
    left = offset
    with unpacked(path) as stream:
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            lines.count(chunk)
            left -= len(chunk)
    return lines.ended + 1
