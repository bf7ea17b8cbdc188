"""What a file is declared to hold: its columns, how it is written, and how the processed file is to be written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints, model_validator

from sudare.language import Text
from sudare.models import Model, Words, fault, field

if TYPE_CHECKING:
    from collections.abc import Iterator

Type = Literal["text", "integer", "decimal", "boolean", "date", "datetime"]
Kind = Literal[
    "direct-identifier", "identification-code", "linking-code", "quasi-identifier", "sensitive", "free-text", "other"
]
Char = Annotated[str, StringConstraints(min_length=1, max_length=1)]

KIND_NAMES: dict[Kind, Text] = {
    "direct-identifier": Text("直接識別子", "direct identifier"),
    "identification-code": Text("個人識別符号", "individual identification code"),
    "linking-code": Text("連結符号", "linking code"),
    "quasi-identifier": Text("準識別子", "quasi-identifier"),
    "sensitive": Text("機微項目", "sensitive attribute"),
    "free-text": Text("自由記述", "free text"),
    "other": Text("その他", "other"),
}
TYPE_NAMES: dict[Type, Text] = {
    "text": Text("文字", "text"),
    "integer": Text("整数", "integer"),
    "decimal": Text("小数", "decimal"),
    "boolean": Text("真偽", "boolean"),
    "date": Text("日付", "date"),
    "datetime": Text("日時", "date and time"),
}


def same_name(name: str) -> str:
    """Return the form in which two column names are compared: NFC, so that a Mac's file matches.

    >>> same_name("\u304b\u3099") == same_name("\u304c")
    True
    """
    return unicodedata.normalize("NFC", name)


class Column(Model):
    """One declared column. A code that looks like a number is `text`: it keeps its leading zeros."""

    name: str = field(
        Text("列名", "name"),
        Text(
            "ファイルの見出しのとおり。空の見出しは '' と書き、as を付けます。",
            "As in the header; '' if blank, with `as`.",
        ),
        alias="name",
    )
    nth: int = field(
        Text("何番目", "which one"),
        Text("同じ見出しが繰り返されるとき、左から何番目か。", "Which of several equal headers, from the left."),
        default=1,
        ge=1,
    )
    as_: Words | None = field(
        Text("呼び名", "called"),
        Text("この記録の中での列名。", "The name of the column within this record."),
        default=None,
        alias="as",
    )
    type: Type = field(Text("型", "type"), default="text")
    kind: Kind | None = field(
        Text("種類", "kind"),
        Text("個人を識別する情報かどうか。", "Whether and how it identifies a person."),
        default=None,
    )
    unit: Words | None = field(Text("単位", "unit"), Text("例: 歳、cm", "such as 歳 or cm"), default=None)
    special_care: bool = field(
        Text("要配慮個人情報", "special care"),
        Text("要配慮個人情報を含む列。", "The column holds special care-required information."),
        default=False,
    )

    @property
    def called(self) -> str:
        """The name used by steps: `as` where given, else the header."""
        return same_name(self.as_ or self.name)

    @model_validator(mode="after")
    def _has_a_name(self) -> Column:
        if not self.called.strip():
            raise fault(
                "blank-name",
                Text("見出しが空の列には呼び名が要ります。", "a column with a blank header needs a name."),
                Text("as: を書いてください。", "Write `as:`."),
            )
        return self


class Schema(Model):
    """The declared columns of a table, in order; the names that steps use are unique."""

    columns: tuple[Column, ...] = field(Text("列", "columns"), default=())

    def __iter__(self) -> Iterator[Column]:  # type: ignore[override]  # a schema is its columns, not pydantic's pairs
        """Walk over the columns in order."""
        return iter(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that steps use, in order."""
        return tuple(column.called for column in self.columns)

    def get(self, name: str) -> Column | None:
        """Return the column of this name, or None."""
        return next((column for column in self.columns if column.called == same_name(name)), None)


class Input(Model):
    """How the file to be processed is written. What is left out is detected, or refused where that is not certain."""

    format: Literal["csv", "excel", "parquet"] = field(
        Text("形式", "format"),
        Text(
            "gzip で圧縮した CSV も csv と書きます。excel は .xlsx。",
            "A CSV packed by gzip is `csv` too; `excel` is .xlsx.",
        ),
        default="csv",
    )
    sheet: Words | None = field(
        Text("シート", "sheet"),
        Text(
            "Excel のシートの名前。表示されたシートが一枚なら省けます。",
            "The name of the Excel sheet; may be left out where only one is shown.",
        ),
        default=None,
    )
    encoding: Literal["utf-8-sig", "utf-8", "cp932"] | None = field(
        Text("文字コード", "encoding"),
        Text("省くと判定します。Shift_JIS は cp932 と書きます。", "Detected when left out. Write cp932 for Shift_JIS."),
        default=None,
    )
    delimiter: Char | None = field(
        Text("区切り", "delimiter"), Text("省くと判定します。", "Detected when left out."), default=None
    )
    header_row: int = field(
        Text("見出しの行", "header row"),
        Text(
            "見出しが何行目か。それより上は表題として読みません。",
            "The row of the header; rows above are titles, not read.",
        ),
        default=1,
        ge=1,
    )
    total_rows: int = field(
        Text("末尾の合計行の数", "total rows"),
        Text("末尾にある合計などの行数。読みません。", "How many rows at the end hold totals; they are not read."),
        default=0,
        ge=0,
    )
    missing: tuple[str, ...] = field(
        Text("欠測の書き方", "missing"),
        Text("空欄のほかに欠測を表す文字。", "Texts that mean missing, besides the empty cell."),
        default=(),
    )
    columns: tuple[Column, ...] = field(Text("列", "columns"), min_length=1)

    @property
    def schema_(self) -> Schema:
        """The declared columns as a schema."""
        return Schema(columns=self.columns)

    @model_validator(mode="after")
    def _sheet_of_a_workbook(self) -> Input:
        if self.sheet is not None and self.format != "excel":
            raise fault(
                "sheet-without-excel",
                Text("sheet: は Excel のブックにだけ書けます。", "`sheet:` is for Excel workbooks only."),
                Text("format: excel と書くか、sheet: を消してください。", "Write `format: excel`, or remove `sheet:`."),
            )
        return self

    @model_validator(mode="after")
    def _columns_differ(self) -> Input:
        names = self.schema_.names
        if len(set(names)) < len(names):
            raise fault(
                "repeated-name",
                Text("同じ名前の列が二つ以上あります。", "two or more columns have the same name."),
                Text("nth: と as: で区別してください。", "Tell them apart with `nth:` and `as:`."),
            )
        sources = [(same_name(column.name), column.nth) for column in self.columns]
        if len(set(sources)) < len(sources):
            raise fault(
                "repeated-source",
                Text("同じ見出しの同じ列が二度書かれています。", "the same column of the file is declared twice."),
                Text("nth: で何番目かを書いてください。", "Say which one with `nth:`."),
            )
        return self


class Output(Model):
    """How the processed file is written."""

    format: Literal["csv", "excel", "parquet"] = field(Text("形式", "format"), default="csv")
    compression: Literal["gzip"] | None = field(
        Text("圧縮", "compression"),
        Text("CSV を gzip で圧縮して書きます（.csv.gz）。", "Pack the CSV file by gzip (.csv.gz)."),
        default=None,
    )
    encoding: Literal["utf-8-sig", "utf-8", "cp932"] = field(Text("文字コード", "encoding"), default="utf-8-sig")
    unwritable: Literal["refuse", "replace"] = field(
        Text("書けない文字", "unwritable characters"),
        Text("cp932 で書けない文字を、拒否するか〓に置き換えるか。", "Refuse characters cp932 lacks, or write 〓."),
        default="refuse",
    )
    suppressed_as: Annotated[str, StringConstraints(pattern=r"^[^=+\-@＝＋－＠\s]")] = field(
        Text("削除したセルの印", "suppressed as"),
        Text(
            "セル削除した所に書く印。欠測（空欄）と区別します。",
            "Written where a cell was suppressed; missing cells are empty.",
        ),
        default="*",
        min_length=1,
    )
    dictionary: bool = field(
        Text("データ項目の説明書", "data dictionary"),
        Text("dictionary.csv を添えます。", "Put dictionary.csv beside the file."),
        default=True,
    )
    shuffle: bool = field(
        Text("行の並べ替え", "shuffle"),
        Text("元の並びを残さないよう並べ替えます。", "Reorder the rows, so that the source's order is gone."),
        default=True,
    )
    because: Words | None = field(
        Text("理由", "because"), Text("shuffle: false の理由。", "The reason for `shuffle: false`."), default=None
    )

    @model_validator(mode="after")
    def _csv_alone_is_packed(self) -> Output:
        if self.compression is not None and self.format != "csv":
            raise fault(
                "compression-without-csv",
                Text("compression: は CSV にだけ書けます。", "`compression:` is for CSV only."),
                Text(
                    "消してください。ほかの形式は初めから圧縮されています。", "Remove it: the others are packed anyway."
                ),
            )
        return self

    @model_validator(mode="after")
    def _order_kept_with_a_reason(self) -> Output:
        if not self.shuffle and self.because is None:
            raise fault(
                "missing-key",
                Text("shuffle: false には理由が要ります。", "`shuffle: false` needs a reason."),
                Text("because: に書いてください。", "Write it under `because:`."),
            )
        return self
