"""仮ID: replace what identifies a person by an identifier that only the key's holder could compute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import pyarrow as pa
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.engines.relation import Cell, Change
from sudare.errors import Problem
from sudare.japan.check_digits import LONG, MANY, looks_like_my_number_column
from sudare.japan.widths import plain
from sudare.keystore import DIGEST_BYTES, encode_all, keyed_ids, message, messages
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.techniques.one_column import OneColumn
from sudare.techniques.technique import HIDDEN, Example, cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Field, Lookup, Relation
    from sudare.keystore import Secret
    from sudare.tables.schema import Column, Schema
    from sudare.techniques.technique import Context, Row

PURPOSE = "pseudonym"
ALPHABETS = {
    "hex": "0123456789abcdef",
    "digits": "0123456789",
    "base32": "23456789ABCDEFGHJKLMNPQRSTUVWXYZ",  # without 0 O 1 I, which are read for one another
}
FOUND = pa.schema([("id", pa.string()), ("digest", pa.binary(DIGEST_BYTES))])
MY_NUMBER_WORDS = ("個人番号", "マイナンバー", "mynumber")


class Pseudonymize(OneColumn):
    """Replace columns by one pseudo-ID, by HMAC-SHA-256 with a key of the delivery (2017-03, 3-2-1 note, p. 11)."""

    law = "note/pseudonym"
    label = Text("仮IDへの置き換え", "pseudonymize")
    about = Text(
        "一つ以上の列を合わせて、鍵がなければ計算できない仮IDにします。同じ人の行をつなげたまま、元の値を隠します。"
        "全角・半角と空白の違いは同じ値とみなします。すべて欠測の行は欠測のまま、隠したセルを含む行は隠れます。"
        "鍵は提供先と期間ごとに替えてください。個人番号には使えません。",
        "Joins one or more columns into an ID that cannot be computed without the key: the rows of one person stay "
        "linked while the values are gone. Full-width, half-width and spaces make no difference. Rows where all are "
        "missing stay missing; rows where one is hidden are hidden. Use a new key per recipient and period. My Numbers "
        "are refused.",
    )
    promise = Text(
        "同じ値の組には同じ仮ID、違う組には違う仮IDが付きます。",
        "Equal values have the same ID, different values different IDs.",
    )
    example = Example(
        types={"氏名": "text", "生年月日": "date", "判定": "text"},
        before=[
            ("山田花子", "1970-01-03", "A"),
            ("山田　花子", "1970-01-03", "B"),
            ("佐藤次郎", None, "A"),
            (None, None, "C"),
        ],
        step={
            "technique": "pseudonymize",
            "columns": ["氏名", "生年月日"],
            "domain": "受診者",
            "as": "仮ID",
            "standards": [3],
            "because": "同じ人の受診をつなぐ",
        },
        after_names=["仮ID", "判定"],
        # With the key 00 01 02 … 1f, which no key store would make.
        after=[("e92d448106041050", "A"), ("e92d448106041050", "B"), ("910d8c1dbb4969dd", "A"), (None, "C")],
    )
    needs_key = True
    gives_ids = True

    technique: Literal["pseudonymize"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("合わせて一つの仮IDになる列。並びも意味を持ちます。", "Joined into one ID; their order matters."),
        role="columns",
        min_length=1,
    )
    domain: Words = field(
        Text("何のID", "domain"),
        Text("例: 受診者。変えるとIDも変わります。", "such as 受診者; another domain gives other IDs."),
    )
    method: Literal["hmac", "random-table"] = field(
        Text("方法", "method"),
        Text(
            "hmac 鍵付きハッシュ。random-table 鍵で並べた通し番号（ファイルが違えば同じ人も違う番号）。",
            "hmac: a keyed hash. random-table: numbers in an order by the key; another file gives other numbers.",
        ),
        default="hmac",
    )
    length: int = field(Text("文字数", "length"), default=16, ge=8, le=64)
    alphabet: Literal["hex", "digits", "base32"] = field(
        Text("文字の種類", "alphabet"),
        Text("base32 は 0 O 1 I を含みません。", "base32 is without 0, O, 1 and I."),
        default="hex",
    )

    @model_validator(mode="after")
    def _numbers_have_no_letters(self) -> Self:
        if self.method == "random-table" and self.model_fields_set & {"length", "alphabet"}:
            raise fault(
                "unused-key",
                Text(
                    "random-table の番号に length と alphabet は使いません。",
                    "`length` and `alphabet` do not go with `random-table`.",
                ),
            )
        return self

    @override
    def gives(self, column: Column) -> Column | None:
        """The first column becomes the ID, which is of no kind and needs no special care; the others go."""
        made = super().gives(column)
        return made.model_copy(update={"kind": None, "special_care": False}) if made is not None else None

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: a column that holds My Numbers by its header."""
        yield from super().problems(schema, where)
        for name in self.columns:
            column = schema.get(name)
            if column is not None and _says_my_number(column):
                yield _my_number(name, where)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Compute each different combination's ID outside the engine and join it back."""
        columns = relation.named(self.columns)
        self._refuse_my_numbers(relation, columns, context)
        secret = context.secret()
        subkey = secret.derive(PURPOSE, self.domain)
        if self.method == "random-table":
            subkey = self._key_of_this_file(relation, columns, context, secret, subkey)

        def work_out(people: pa.RecordBatch) -> tuple[pa.Array, pa.Array]:
            digests = b"".join(keyed_ids(subkey, messages(people.columns)))
            as_bytes = pa.Array.from_buffers(FOUND.field("digest").type, len(people), [None, pa.py_buffer(digests)])
            return encode_all(digests, ALPHABETS[self.alphabet], self.length), as_bytes

        found = context.engine.lookup_columns(relation, [column.text for column in columns], work_out, FOUND)
        value = self._refuse_collisions(found, context) if self.method == "hmac" else self._numbers(found, context)
        first, *others = (column.name for column in columns)
        hidden = sql.any_of(column.hidden for column in columns if column.masked)
        return Change(
            cells={first: Cell(value, "text", hidden if any(column.masked for column in columns) else None)},
            drop=frozenset(others),
            rename=self.renames(),
            lookups=(found,),
        )

    def _refuse_my_numbers(self, relation: Relation, columns: Sequence[Field], context: Context) -> None:
        for column in columns:
            if self._are_many_and_short(relation, column, context):
                continue
            query = relation.select(exp.alias_(column.text, "text")).where(sql.is_there(column.value)).distinct()
            texts = [text for batch in context.engine.stream(query) for text in batch.column(0).to_pylist()]
            if looks_like_my_number_column(texts):
                problem = _my_number(column.name, context.where)
                raise context.refuse(problem.code, problem.what, problem.now)

    @staticmethod
    def _are_many_and_short(relation: Relation, column: Field, context: Context) -> bool:
        """Tell codes that cannot be My Numbers without fetching them all."""
        longest = sql.furthest(exp.Length(this=column.text), largest=True)
        [row] = context.engine.ask(relation.select(exp.alias_(longest, "longest")))
        if row["longest"] is None or row["longest"] >= LONG:
            return False
        some = relation.select(exp.alias_(column.text, "text")).limit(4 * MANY).subquery("s")
        different = exp.alias_(sql.distinct_count(sql.column("text")), "different")
        [row] = context.engine.ask(exp.select(different).from_(some))
        return int(row["different"]) > MANY

    def _key_of_this_file(
        self, relation: Relation, columns: Sequence[Field], context: Context, secret: Secret, subkey: bytes
    ) -> bytes:
        """Return a sub-key that depends on everyone in the file, so that the next file's numbers are other ones."""
        texts = [exp.alias_(column.text, f"text{n}") for n, column in enumerate(columns)]
        total = 0  # a sum does not depend on the order in which the engine hands people over
        for batch in context.engine.stream(relation.select(*texts).distinct()):
            people = messages(batch.columns)
            total += sum(int.from_bytes(digest, "big") for digest in keyed_ids(subkey, people))
        return secret.derive(PURPOSE, self.domain, "table", f"{total:x}")

    def _refuse_collisions(self, found: Lookup, context: Context) -> sql.Term:
        ids = exp.alias_(sql.distinct_count(sql.column("id")), "ids")
        [row] = context.engine.ask(found.select(ids, exp.alias_(sql.row_count(), "rows")))
        if row["ids"] == row["rows"]:  # the usual case: no two combinations are written alike
            return found.value("id")
        different = sql.distinct_count(sql.column("digest"))
        shared = (
            found.select(sql.column("id")).group_by(sql.column("id")).having(sql.less_than(sql.count(1), different))
        )
        if context.engine.ask(shared.limit(1)):
            raise context.refuse(
                "collision",
                Text("違う人が同じ仮IDになりました。", "two different people would get the same ID."),
                Text("length: を長くしてください。", "Choose a greater `length`."),
            )
        return found.value("id")

    @staticmethod
    def _numbers(found: Lookup, context: Context) -> sql.Term:
        digest = found.value("digest")
        [row] = context.engine.ask(found.select(exp.alias_(sql.distinct_count(sql.column("digest")), "people")))
        number = sql.padded(sql.rank(digest), len(str(row["people"])))
        return sql.first_true([(sql.is_missing(digest), sql.missing("text"))], number)

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """IDs and normalised inputs belong to one another one to one, and are written as chosen."""
        inputs = [list(cells(before, after, name, self.new_name)) for name in self.columns]
        ids: dict[bytes, str] = {}
        for row in zip(*inputs, strict=True):
            values, new = [old for old, _ in row], row[0][1]
            if HIDDEN in values:
                if new is not HIDDEN:
                    return False
            elif all(value is None for value in values):
                if new is not None:
                    return False
            elif not isinstance(new, str) or ids.setdefault(_message(values), new) != new:
                return False
        return len(set(ids.values())) == len(ids) and all(map(self._is_written_well, ids.values()))

    def _is_written_well(self, text: str) -> bool:
        if self.method == "random-table":
            return text.isascii() and text.isdigit()
        return len(text) == self.length and set(text) <= set(ALPHABETS[self.alphabet])


def _message(values: Sequence[Any]) -> bytes:
    return message([None if value is None else text_of(value) for value in values])


def _says_my_number(column: Column) -> bool:
    headers = plain(column.name + column.called).lower()
    return column.kind == "identification-code" and any(word in headers for word in MY_NUMBER_WORDS)


def _my_number(name: str, where: str) -> Problem:
    return Problem(
        "my-number",
        where,
        Text(
            "列「{name}」は個人番号です。仮IDにはできません。",
            "'{name}' holds My Numbers: they cannot be pseudonymized.",
        ).fill(name=name),
        Text("項目削除（delete-column）にしてください。", "Remove it with `delete-column`."),
    )
