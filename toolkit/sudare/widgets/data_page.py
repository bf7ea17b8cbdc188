"""Page 1: which file it is, how it was read, what its columns are, and which of them were asked for."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from sudare.design import edits
from sudare.language import Text
from sudare.profiles import shown
from sudare.specs.coverage import scoped_out
from sudare.tables.schema import KIND_NAMES, TYPE_NAMES, Kind, Type
from sudare.widgets.page import Page
from sudare.widgets.parts import button, choice, column, heading, number, row, table, text_field, tick, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.design.opened import Opened
    from sudare.specs import Spec
    from sudare.tables.schema import Column
    from sudare.widgets.part import Part
    from sudare.widgets.reading import Misfit

_READABLE = {".csv", ".gz", ".xlsx", ".xlsm", ".parquet", ".tsv", ".txt"}
_ENCODINGS = ("cp932", "utf-8-sig", "utf-8")


class DataPage(Page):
    """The file and its columns."""

    title: ClassVar[Text] = Text("データ", "Data")
    about: ClassVar[Text] = Text(
        "ファイルの読み方と列の型を確かめ、提案された項目に印を付けます。",
        "Confirm how the file is read and what its columns are; tick the items of the proposal.",
    )

    def draw(self) -> Sequence[Part]:
        """Return the file, its columns and the scope."""
        if self.desk.misfit is not None:
            return (*self._misfit(self.desk.misfit), *self._choose())
        if self.desk.opened is None or self.desk.design is None:
            return self._choose()
        opened, spec = self.opened, self.design.spec
        return (
            self._facts(opened, spec),
            *self._misfits(opened),
            self._reading(opened),
            heading(self.say(_COLUMNS), 4, self.say(_COLUMNS_ABOUT)),
            self._schema(spec),
            self._people(spec),
        )

    # -- choosing a file

    def _choose(self) -> Sequence[Part]:
        typed = text_field(self.say(_FILE), hint="input.csv", name="file", wide=True)
        listed = choice(
            self.say(_HERE),
            [("―", ""), *((name, name) for name in _readable())],
            "",
            name="files",
            changed=lambda name: setattr(typed, "value", name),
        )
        start = button(self.say(_OPEN), lambda: self._open(typed.value), style="primary", name="open")
        return (row(listed, typed, start),)

    def _open(self, path: str) -> None:
        if path.strip():
            with self.desk.told():
                self.desk.open(Path(path.strip()))

    def _misfit(self, misfit: Misfit) -> Sequence[Part]:
        told = [words(f"! {problem.line(self.desk.lang)}", "sudare-warning") for problem in misfit.problems]
        go_on = button(
            self.say(_AS_GUESSED),
            lambda: self.desk.open_as_guessed(misfit),
            help=self.say(_AS_GUESSED_HELP),
            style="primary",
            name="as-guessed",
        )
        head = heading(self.say(_DOES_NOT_FIT.fill(n=len(told))), 4, self.say(_DOES_NOT_FIT_ABOUT))
        return (head, column(*told, name="misfits"), row(go_on))

    # -- what was read

    def _facts(self, opened: Opened, spec: Spec) -> Part:
        people = spec.unit.person if spec.unit is not None else None
        rows = [
            (_FILE, opened.name or "―"),
            (_ENCODING, opened.facts.encoding or "―"),
            (_HEADER_ROW, str(opened.declared.header_row)),
            (_ROWS, f"{opened.facts.rows:,}"),
            (_PERSON, people or self.say(_EACH_ROW)),
        ]
        return table([self.say(_WHAT), self.say(_VALUE)], [(self.say(label), value) for label, value in rows])

    def _misfits(self, opened: Opened) -> Sequence[Part]:
        told = [problem.line(self.desk.lang) for problem in opened.facts.warnings]
        told += [self.say(_MISFIT.fill(name=name, count=shown(count))) for name, count in opened.misfits.items()]
        return [words(line, "sudare-warning") for line in told]

    def _reading(self, opened: Opened) -> Part:
        if opened.path is None:
            return column()
        declared = opened.declared
        encoding = choice(
            self.say(_ENCODING),
            [(self.say(_DETECT), None), *((name, name) for name in _ENCODINGS)],
            declared.encoding,
            name="encoding",
        )
        header = number(self.say(_HEADER_ROW), declared.header_row, 1, 1000, name="header-row")
        sheet = text_field(self.say(_SHEET), declared.sheet or "")
        again = button(
            self.say(_AGAIN), lambda: self._again(encoding.value, header.value, sheet.value.strip()), name="read-again"
        )
        parts: list[Part] = [encoding, header, *([sheet] if declared.format == "excel" else []), again]
        return row(*parts)

    def _again(self, encoding: str | None, header_row: int, sheet: str) -> None:
        reading: dict[str, Any] = {"encoding": encoding, "header_row": header_row, "sheet": sheet or None}
        with self.desk.told():
            self.desk.read_again(**{name: value for name, value in reading.items() if value is not None})

    # -- the columns

    def _schema(self, spec: Spec) -> Part:
        out = scoped_out(spec)
        ticked = [tick(one.called, one.called not in out, name="in-scope") for one in spec.input.columns]
        grid = [[ticked[n], *self._declared(n, one)] for n, one in enumerate(spec.input.columns)]
        because = text_field(self.say(_BECAUSE), self.say(_OUT_BECAUSE), name="scope-because", wide=True)
        apply = button(
            self.say(_SCOPE),
            lambda: self._scope([one.value for one in ticked], because.value),
            help=self.say(_SCOPE_HELP),
            name="scope",
        )
        heads = [self.say(head) for head in (_ASKED, _TYPE, _KIND, _UNIT)]
        return column(table(heads, grid, name="columns"), row(because, apply))

    def _declared(self, place: int, declared: Column) -> list[Part]:
        def says(label: Text) -> str:
            return f"{declared.called}: {self.say(label)}"

        kind_options = [(self.say(_NO_KIND), None), *((self.say(KIND_NAMES[k]), k) for k in get_args(Kind))]
        return [
            choice(
                "",
                [(self.say(TYPE_NAMES[kind]), kind) for kind in get_args(Type)],
                declared.type,
                says=says(_TYPE),
                name="type",
                changed=lambda new: self._declare(place, type=new),
            ),
            choice(
                "",
                kind_options,
                declared.kind,
                says=says(_KIND),
                name="kind",
                changed=lambda new: self._declare(place, kind=new),
            ),
            text_field(
                "",
                declared.unit or "",
                hint="歳, cm",
                says=says(_UNIT),
                name="unit",
                changed=lambda new: self._declare(place, unit=new.strip() or None),
            ),
        ]

    def _declare(self, place: int, **changes: Any) -> None:  # noqa: ANN401 - fields of a column
        name = self.design.spec.input.columns[place].called
        label = _DECLARED.fill(name=name)
        self.desk.change(label, lambda spec: edits.with_column(spec, name, **changes))

    def _scope(self, ticked: Sequence[bool], because: str) -> None:
        names = [one.called for one in self.design.spec.input.columns]
        out = [name for name, inside in zip(names, ticked, strict=True) if not inside]
        self.desk.change(_SCOPE, lambda spec: edits.with_scope(spec, out, because))

    def _people(self, spec: Spec) -> Part:
        options = [(self.say(_EACH_ROW), None), *((one.called, one.called) for one in spec.input.columns)]
        person = choice(
            self.say(_PERSON),
            options,
            spec.unit.person if spec.unit else None,
            name="person",
            changed=lambda new: self.desk.change(_PERSON, lambda spec: edits.with_unit(spec, new)),
        )
        return row(person)


def _readable() -> list[str]:
    """Return the tables in the folder of the notebook and in the one above it, where `sudare lab` was called."""
    found = []
    for folder in (Path(), Path("..")):
        with contextlib.suppress(OSError):  # a folder that may not be looked into
            found += sorted(str(path) for path in folder.iterdir() if path.suffix.lower() in _READABLE)
    return found


_DOES_NOT_FIT = Text("表が仕様の宣言に合いません（{n} 件）", "The table does not fit what the spec declares ({n})")
_DOES_NOT_FIT_ABOUT = Text(
    "ファイルを直して開き直すか、推定した列の型で続けます。続けても、仕様のファイルは保存するまで変わりません。",
    "Mend the file and open it again, or go on with the columns as guessed. The spec's file stays until you save.",
)
_AS_GUESSED = Text("推定した列の型で続ける", "Go on with the columns as guessed")
_AS_GUESSED_HELP = Text(
    "合わないセルは欠測として見ます。元に戻せます。", "Cells that do not fit count as missing; can be undone."
)
_FILE = Text("ファイル", "File")
_HERE = Text("このフォルダと上のフォルダ", "In this folder and the one above")
_OPEN = Text("加工設計を始める", "Start processing design")
_WHAT = Text("項目", "what")
_VALUE = Text("内容", "value")
_ENCODING = Text("文字コード", "Encoding")
_DETECT = Text("自動判定", "detect")
_HEADER_ROW = Text("見出しの行", "Header row")
_SHEET = Text("シート", "Sheet")
_ROWS = Text("行数", "Rows")
_PERSON = Text("個人を表す列", "Column that names the person")
_EACH_ROW = Text("一行が一人", "each row is one person")
_AGAIN = Text("読み直す", "Read again")
_MISFIT = Text(
    "列「{name}」: 型に合わないセルが {count} 個（欠測として見ています）",
    "'{name}': {count} cells do not fit the type (looked at as missing)",
)
_COLUMNS = Text("列", "Columns")
_COLUMNS_ABOUT = Text(
    "提案された項目に印を付け、型・種類・単位を確かめます。印のない列は一度に対象外にできます。",
    "Tick the items that were asked for; confirm type, kind and unit. The rest goes out of scope in one click.",
)
_ASKED = Text("提案された項目", "asked for")
_TYPE = Text("型", "type")
_KIND = Text("種類", "kind")
_UNIT = Text("単位", "unit")
_NO_KIND = Text("（未指定）", "(not said)")
_SCOPE = Text("印のない列を対象外にする", "Put the others out of scope")
_SCOPE_HELP = Text("対象外の列は最初に取り除かれます。", "Columns out of scope are removed first.")
_BECAUSE = Text("理由", "because")
_OUT_BECAUSE = Text("提案の対象外", "not part of the proposal")
_DECLARED = Text("列「{name}」の宣言", "declaration of '{name}'")
