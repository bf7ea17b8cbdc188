"""Opens an Excel workbook (.xlsx, .xlsm) and finds the sheet that is meant, before any of its cells is read."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.tables.opening import changed, opening, stamp
from sudare.tables.sheet_marks import Marks, NotASheetError, marks_of
from sudare.tables.sniffing import encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO, Final

    from python_calamine import CalamineSheet, SheetMetadata

# A workbook is read whole. Twenty million cells are about 1 GB of memory.
LARGEST: Final = 512 << 20  # bytes on the disk
LARGEST_INSIDE: Final = 2 << 30  # bytes when unpacked: what a file made to fill the memory would exceed
MOST_CELLS: Final = 20_000_000
_CHUNK: Final = 1 << 20
_LIST: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its cells, what they do not tell, and the file's hash and stamp."""

    path: Path
    sha256: str
    stamp: tuple[int, int]
    cells: CalamineSheet
    marks: Marks
    hidden: bool


def open_sheet(path: Path, name: str | None) -> Sheet:
    """Read a workbook and return the sheet of this name; without one, the only sheet that is shown.

    The file is read once into memory, so that hash, marks and cells are of the same bytes. Names of sheets are told
    only where the spec declares them. Errors: `cannot-open`, `changed-while-reading`, `encrypted`, `damaged`,
    `too-large`, `missing-sheet`, `unclear-sheet`.
    """
    content, before = _content(path)
    with _retelling(path):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    chosen = _chosen(book.sheets_metadata, name)
    with _retelling(path):
        marks = _marks(path, content, chosen.name)
    if marks.rows * marks.columns > MOST_CELLS:
        raise Refused(_too_large(path))
    with _retelling(path):
        cells = book.get_sheet_by_name(chosen.name)
    sha256 = hashlib.sha256(content).hexdigest()
    return Sheet(path, sha256, before, cells, marks, chosen.visible != SheetVisibleEnum.Visible)


def _content(path: Path) -> tuple[bytes, tuple[int, int]]:
    before = stamp(path)
    if before[0] > LARGEST:
        raise Refused(_too_large(path))
    with opening(path) as stream:
        content = stream.read(LARGEST + 1)
    if stamp(path) != before:
        raise Refused(changed(path))
    return content, before


def _chosen(sheets: list[SheetMetadata], name: str | None) -> SheetMetadata:
    tables = [sheet for sheet in sheets if sheet.typ == SheetTypeEnum.WorkSheet]
    if name is not None:
        found = [sheet for sheet in tables if sheet.name == name]
        if not found:
            raise Refused(_missing(name, len(tables)))
        return found[0]
    shown = [sheet for sheet in tables if sheet.visible == SheetVisibleEnum.Visible]
    if len(shown) != 1:
        raise Refused(_unclear(len(shown), len(tables)))
    return shown[0]


def _marks(path: Path, content: bytes, name: str) -> Marks:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_INSIDE:
            raise Refused(_too_large(path))
        if any(part.flag_bits & 1 for part in parts.infolist()):
            raise Refused(encrypted(path))
        sheet = _part_of(parts, name)
        for part in parts.namelist():
            # Each part is unpacked here once, its size and sum checked, before a reader trusts it.
            if part != sheet and part.endswith((".xml", ".rels")):
                with parts.open(part) as stream:
                    while stream.read(_CHUNK):
                        pass
        with parts.open(sheet) as stream:
            return marks_of(_binary(stream))


def _binary(stream: object) -> BinaryIO:
    return stream  # type: ignore[return-value]  # a part of a zip reads as any binary file does


def _part_of(parts: zipfile.ZipFile, name: str) -> str:
    """Return the part that holds the sheet of this name."""
    places = {about.get("Id", ""): about.get("Target", "") for about in _elements(parts, _RELATIONS, "Relationship")}
    for about in _elements(parts, _LIST, "sheet"):
        if about.get("name") == name:
            keys = [key for key in about if key.rpartition(":")[2] == "id"]
            target = places.get(about[keys[0]], "") if keys else ""
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise NotASheetError


def _elements(parts: zipfile.ZipFile, part: str, wanted: str) -> Iterator[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    def no_doctype(*_: object) -> None:
        raise NotASheetError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = no_doctype
    parser.Parse(parts.read(part), True)  # noqa: FBT003 - expat's own argument
    return iter(found)


@contextlib.contextmanager
def _retelling(path: Path) -> Iterator[None]:
    """Tell what the libraries say in our words: theirs may quote the file."""
    try:
        yield
    except PasswordError:
        raise Refused(encrypted(path)) from None
    except (
        CalamineError,
        NotASheetError,
        expat.ExpatError,
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        raise Refused(_damaged(path)) from None
    except BaseException as error:
        # A fault of the reader itself comes as a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise Refused(_damaged(path)) from None
        raise


def _damaged(path: Path) -> Problem:
    return Problem(
        "damaged",
        path.name,
        Text("Excel のブックが壊れているか、読めない書き方です。", "the Excel workbook is damaged or unreadable."),
        Text(
            "Excel で開いて保存し直すか、「CSV UTF-8」で保存してください。",
            "Open it in Excel and save it again, or save it as 'CSV UTF-8'.",
        ),
    )


def _too_large(path: Path) -> Problem:
    return Problem(
        "too-large",
        path.name,
        Text(
            "Excel のブックが大きすぎます（{cells} 万セル、展開して {gb} GB まで）。",
            "the workbook is too large (at most {en} million cells, and {gb} GB unpacked).",
        ).fill(cells=f"{MOST_CELLS // 10_000:,}", en=MOST_CELLS // 1_000_000, gb=LARGEST_INSIDE >> 30),
        Text(
            "「CSV UTF-8」で保存してください。表の外に書かれたセルがあれば消してください。",
            "Save it as 'CSV UTF-8'; clear any cell that stands far from the table.",
        ),
    )


def _missing(name: str, count: int) -> Problem:
    return Problem(
        "missing-sheet",
        "input.sheet",
        Text(
            "シート「{name}」がブックにありません（シートは {count} 枚）。",
            "the workbook has no sheet '{name}' (it has {count}).",
        ).fill(name=name, count=count),
        Text(
            "Excel の下端の見出しのとおりに sheet: を書いてください。",
            "Write `sheet:` as on the tab at the foot of Excel.",
        ),
    )


def _unclear(shown: int, count: int) -> Problem:
    return Problem(
        "unclear-sheet",
        "input.sheet",
        Text(
            "どのシートを読むかわかりません（シートは {count} 枚、うち表示 {shown} 枚）。",
            "it is not clear which sheet to read (there are {count}, of which {shown} are shown).",
        ).fill(count=count, shown=shown),
        Text(
            "シートの名前を sheet: に書いてください。",
            "Write the name of the sheet under `sheet:`.",
        ),
    )
