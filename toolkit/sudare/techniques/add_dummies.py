"""疑似データ生成: put artificial records among the true ones, none equal to a true one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import model_validator
from sqlglot import exp
from typing_extensions import override

from sudare.engines import sql
from sudare.engines.by_hand import text_of
from sudare.engines.counting import rows_of
from sudare.engines.relation import Change
from sudare.errors import Problem
from sudare.keystore import encode, keyed_ids
from sudare.language import Text
from sudare.models import Words, fault, field
from sudare.tables.schema import same_name
from sudare.techniques.pseudonymize import ALPHABETS
from sudare.techniques.recombination import Kinds, recombined
from sudare.techniques.technique import HIDDEN, Example, Technique, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.keystore import Secret
    from sudare.tables.schema import Schema
    from sudare.techniques.recombination import Codes, Counts, Made
    from sudare.techniques.technique import Context, Row

PURPOSE = "dummies"
MOST_RECORDS = 2_000_000  # true ones: their different kinds are held in memory, about 100 bytes a cell
MOST_DUMMIES = 50_000  # each is compared with thousands of records: some milliseconds
MOST_COLUMNS = 64
JUDGED_FROM = 100  # records; in fewer, shares say nothing
MOST_ALONE = 0.1  # share of true records with a value that nobody else has, which no dummy can have
MOST_APART = 0.65  # how often a measure puts a dummy and a true record in one order; by chance it is 0.5
LEAST_ID = 8  # characters; shorter IDs are numbers without gaps, beside which a new one would be seen
BINS = (12, 5, 2)  # into which values of an order are put when records are compared for nearness
UNORDERED = frozenset({"text", "boolean"})
SIZE = "size"
OF_VALUE, MISSING, HIDDEN_CELL = b"v", b"m", b"h"  # what the secret bytes of a cell are made of


class AddDummies(Technique):
    """Put artificial records among the true ones (guideline 2017-03, table 1, p. 16: 疑似データ生成).

    They are recombined from true ones by a hot deck of several donors; see `recombination`.
    """

    law = "table1/synthetic-records"
    label = Text("疑似データ生成", "add dummy records")
    about = Text(
        "どの実在の記録とも全列では一致しない人工の記録を混ぜます。ファイルにいる一件が実在の人かどうかを確かめにくくします。"
        "実在の記録の値を近い記録どうしで組み替えて作るので、どの値もその列に実在し、値の組も実在のものに似ます。"
        "列に一つしかない値は疑似データに現れず、その値を持つ記録は実在と分かるので、そのような記録が多い表は拒みます。"
        "同じ記録がほとんどの組合せにある粗い表では、新しい組合せは珍しいものになり目立つので、これも拒みます。"
        "実在の記録は一件も変わらないので、実在の人の情報はほかの手順で守ってください。件数・平均などの集計には疑似データも入ります。"
        "欠測や隠したセルは列と同じ割合で現れます。仮IDの列には同じ形の新しいIDが付きます。一つのIDが何行にもある表には使えません。"
        "くじは鍵と記録の中身で決まり、同じ鍵なら何度渡しても同じものになります。最後の手順にします。k や人数には数えません。",
        "Puts in artificial records, none equal over all columns to a true one, so that it is harder to be sure that a "
        "record is about somebody. Their values are recombined between near records: each value stands in its column, "
        "and pairs of values look like true ones. A value that one record alone has never stands in a dummy, which "
        "tells that record to be true: tables with many such records are refused. So are coarse tables that hold "
        "nearly every combination: a new one would be rare, and seen. No true record changes, so people must be "
        "protected by other steps. Counts and means include the dummies. Missing and hidden cells occur at the rate "
        "of their column. Columns of pseudo-IDs get new ones of the same form; tables in which an ID stands on several "
        "rows are refused. The lot follows from the key and from what the records hold: deliveries under one key have "
        "the same dummies. It is the last step, and its records never count for k or as people.",
    )
    promise = Text(
        "元の行はそのまま残り、加えた行はどの元の行とも一致せず、数は決めたとおりです。値は列に実在するものか新しい仮IDです。",
        "The rows there were stay as they are; no row put in equals one of them; there are as many as said; and their "
        "values stand in the column already, or are new pseudo-IDs.",
    )
    example = Example(
        types={"地区": "text", "性別": "text", "年代": "integer", "判定": "text"},
        before=[
            ("松山市", "女", "40", "A"),
            ("松山市", "男", "50", "B"),
            ("松山市", "女", "50", "B"),
            ("砥部町", "男", "40", "A"),
            ("砥部町", "女", "40", None),
            ("砥部町", "男", "50", "A"),
        ],
        step={
            "technique": "add-dummies",
            "columns": ["地区", "性別", "年代", "判定"],
            "rows": 2,
            "domain": "提供用",
            "standards": [5],
            "because": "実在の記録かどうかを分かりにくくする",
        },
        after_names=["地区", "性別", "年代", "判定"],
        # With the key 00 01 02 … 1f, which no key store would make.
        after=[
            ("松山市", "女", "40", "A"),
            ("松山市", "男", "50", "B"),
            ("松山市", "女", "50", "B"),
            ("砥部町", "男", "40", "A"),
            ("砥部町", "女", "40", None),
            ("砥部町", "男", "50", "A"),
            ("松山市", "女", "40", None),
            ("砥部町", "男", "50", "B"),
        ],
    )
    decides = False
    needs_key = True
    perturbs = True
    adds_rows = True

    technique: Literal["add-dummies"] = field(Text("手法", "technique"))
    columns: tuple[Words, ...] = field(
        Text("列", "columns"),
        Text("この時点にある列のすべて。", "All the columns that there are at this step."),
        role="columns",
        min_length=1,
    )
    share: Decimal | None = field(
        Text("割合", "share"),
        Text(
            "この時点の行数に対する疑似データの割合（端数は切り上げ）。例: 0.02",
            "Dummies as a share of the rows at this step, rounded up, such as 0.02.",
        ),
        default=None,
        gt=0,
        le=1,
    )
    rows: int | None = field(
        Text("件数", "rows"),
        Text("share の代わりに。", "Instead of `share`."),
        default=None,
        ge=1,
        le=MOST_DUMMIES,
    )
    domain: Words = field(
        Text("何の疑似データ", "domain"),
        Text("例: 提供用。変えると疑似データも変わります。", "such as 提供用; another domain gives other dummies."),
    )

    @model_validator(mode="after")
    def _says_how_many_once(self) -> Self:
        if (self.share is None) == (self.rows is None):
            raise fault(
                "missing-key" if self.share is None else "unused-key",
                Text("share と rows のどちらか一つが要ります。", "it needs either `share` or `rows`."),
            )
        return self

    @override
    def problems(self, schema: Schema, where: str) -> Iterator[Problem]:
        """Besides the usual: columns left out, since a dummy has all of them."""
        yield from super().problems(schema, where)
        mine = {same_name(name) for name in self.columns}
        left = [name for name in schema.names if name not in mine]
        if left:
            yield Problem(
                "columns-left-out",
                where,
                Text("列が挙げられていません: {names}。", "columns are left out: {names}.").fill(names=", ".join(left)),
                Text("この時点にある列をすべて挙げてください。", "Name all columns that there are at this step."),
            )
        if len(self.columns) > MOST_COLUMNS:
            what = Text("列は {most} までです。", "it works on at most {most} columns.").fill(most=MOST_COLUMNS)
            yield Problem("too-large", where, what)

    @override
    def plan(self, relation: Relation, context: Context) -> Change:
        """Make the records outside the engine, where the key is. An empty table gets none."""
        rows = rows_of(context.engine, relation)
        if not rows:
            return Change()
        wanted = self.wanted(rows)
        _refuse_large(rows, wanted, context)
        ids = [one for one in relation.fields if one.name in context.ids]
        for one in ids:
            _refuse_repeated(one, relation, context)
        secret = context.secret()
        table = _Different.of(relation, ids, secret.derive(PURPOSE, self.domain), context.engine)
        if rows >= JUDGED_FROM:
            _refuse_values_of_one(table, rows, context)
        made = recombined(table.kinds, wanted, context.engine.on_progress or _nobody)
        if made is None:
            raise _too_few(wanted, context)
        if rows >= JUDGED_FROM and made.apart > MOST_APART:
            raise _they_would_be_seen(context)
        cells = table.cells(made)
        for one in ids:
            cells[one.id] = self._new_ids(one, relation, cells[one.id], table.names(made), secret, context)
        return Change(append=context.engine.added(pa.table(cells)))

    def wanted(self, rows: int) -> int:
        """Return how many dummies a table of so many rows gets.

        >>> step = {"technique": "add-dummies", "columns": ["age"], "domain": "x", "because": "so"}
        >>> AddDummies.model_validate({**step, "share": "0.02"}).wanted(1001)
        21
        """
        return self.rows if self.rows is not None else math.ceil((self.share or 0) * rows)

    def _new_ids(  # noqa: PLR0913, PLR0917 - whose IDs, and what they are made from
        self, one: Field, relation: Relation, there: pa.Array, names: list[bytes], secret: Secret, context: Context
    ) -> pa.Array:
        """Return an ID for each dummy that has one: drawn evenly from those of the column's form, none of them taken."""
        taken: set[str] = set()
        for batch in context.engine.stream(relation.select(one.value).where(sql.is_there(one.value))):
            taken.update(batch.column(0).to_pylist())
        form = _form_of(taken)
        if form is None:
            raise _unknown_form(one, context)
        subkey = secret.derive(PURPOSE, self.domain, one.name)
        made: list[str | None] = []
        for name, has_one in zip(names, there.to_pylist(), strict=True):
            made.append(_free_id(subkey, name, taken, form) if has_one else None)
        return pa.array(made, pa.string())

    @override
    def holds(self, before: Sequence[Row | None], after: Sequence[Row | None]) -> bool:
        """True rows are as before; those put in equal none, are as many as said, and hold values of their columns."""
        pairs = list(zip(before, after, strict=True))
        true = [first for first, _ in pairs if first is not None]
        dummies = [then for first, then in pairs if first is None]
        if any(first is not None and first != then for first, then in pairs) or None in dummies:
            return False
        records = {_as_key(row) for row in true}
        known = {name: {row[name] for row in true} for name in (true[0] if true else ())}
        return (
            len(dummies) == (self.wanted(len(true)) if true else 0)
            and not any(row is None or _as_key(row) in records for row in dummies)
            and all(_values_known(values, [row[name] for row in dummies if row]) for name, values in known.items())
        )


def _as_key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in sorted(row))


def _values_known(known: set[Any], given: list[Any]) -> bool:
    """Say whether all values stand in the column; of a column of new IDs none does, and none is given twice."""
    there = [value for value in given if value is not None and value is not HIDDEN]
    empty = {value for value in given if value is None or value is HIDDEN}
    fresh = len(set(there)) == len(there) and not known & set(there)
    return empty <= known and (set(there) <= known or fresh)


@dataclass(frozen=True)
class _Column:
    """The different values of a column in order, and the codes of missing and hidden cells after them."""

    field: Field
    values: pa.Array
    secrets: Sequence[bytes]  # of each code, from the key

    @property
    def missing(self) -> int:
        return len(self.values)

    @property
    def hidden(self) -> int:
        return len(self.values) + 1

    @classmethod
    def of(cls, one: Field, cells: pa.Array, subkey: bytes) -> _Column:
        values = pc.unique(cells).drop_null()
        values = values.take(pc.sort_indices(values))
        written = [OF_VALUE + text_of(value).encode() for value in values.to_pylist()]
        return cls(one, values, [*keyed_ids(subkey, [*written, MISSING, HIDDEN_CELL])])

    def codes(self, cells: pa.Array, hidden: pa.Array | None) -> Codes:
        found = pc.fill_null(pc.index_in(cells, self.values), self.missing)
        codes: Codes = found.to_numpy(zero_copy_only=False).astype(np.int32)
        if hidden is not None:
            codes[hidden.to_numpy(zero_copy_only=False)] = self.hidden
        return codes

    def coarse(self, codes: Codes, sizes: Counts) -> list[Codes]:
        """Return codes by which records are compared: of an order, groups of near values with as many records each."""
        if self.field.type in UNORDERED or len(self.values) <= min(BINS):
            return [codes]
        records = np.bincount(codes, sizes, len(self.secrets))[: len(self.values)]
        middles = (np.cumsum(records) - records / 2) / max(records.sum(), 1)
        return [np.append(middles * bins, [bins, bins + 1]).astype(np.int32)[codes] for bins in BINS]

    def cells(self, codes: Codes) -> dict[str, pa.Array]:
        there = codes < len(self.values)
        cells = {self.field.id: self.values.take(pa.array(np.where(there, codes, 0), pa.int64(), mask=~there))}
        return cells | ({self.field.mask: pa.array(codes == self.hidden)} if self.field.masked else {})


@dataclass(frozen=True)
class _Different:
    """The different records of a table, pseudo-IDs left out: of them, whether there is one."""

    kinds: Kinds
    columns: Sequence[_Column]

    @classmethod
    def of(cls, relation: Relation, ids: Sequence[Field], subkey: bytes, engine: Engine) -> _Different:
        cells = _grouped(relation, ids, engine)
        columns, codes = [], []
        for one in relation.fields:
            column = _Column.of(one, cells.column(one.id).combine_chunks(), subkey)
            hidden = cells.column(one.mask).combine_chunks() if one.masked else None
            columns.append(column)
            codes.append(column.codes(cells.column(one.id).combine_chunks(), hidden))
        sizes = cells.column(SIZE).to_numpy().astype(np.int64)
        whole = np.column_stack(codes)
        secrets = [*keyed_ids(subkey, _contents(columns, whole))]
        order = sorted(range(len(secrets)), key=secrets.__getitem__)
        near = [one.coarse(part, sizes) for one, part in zip(columns, codes, strict=True)]
        coarse = np.column_stack([part for parts in near for part in parts])
        coarse_of = np.repeat(np.arange(len(near)), [len(parts) for parts in near])
        kinds = Kinds(whole[order], coarse[order], coarse_of, sizes[order], [secrets[place] for place in order])
        return cls(kinds, columns)

    def alone(self) -> NDArray[np.bool_]:
        """Say of each different record and each column whether its value is nobody else's."""
        alone = np.zeros(self.kinds.codes.shape, np.bool_)
        for n, column in enumerate(self.columns):
            codes = self.kinds.codes[:, n]
            records = np.bincount(codes, self.kinds.sizes, len(column.secrets))
            alone[:, n] = (records[codes] == 1) & (codes < len(column.values))
        return alone

    def cells(self, made: Made) -> dict[str, pa.Array]:
        """Return the cells of the new records, by internal name, with masks where the column has one."""
        codes = np.repeat(made.codes, made.sizes, axis=0)
        return {name: part for n, one in enumerate(self.columns) for name, part in one.cells(codes[:, n]).items()}

    def names(self, made: Made) -> list[bytes]:
        """Return bytes that stand for each new record: what it holds, and which of its copies it is."""
        contents = zip(_contents(self.columns, made.codes), made.sizes.tolist(), strict=True)
        return [content + copy.to_bytes(4, "big") for content, copies in contents for copy in range(copies)]


def _grouped(relation: Relation, ids: Sequence[Field], engine: Engine) -> pa.Table:
    """Ask for the different records and how many there are of each."""
    values: list[sql.Term] = []
    for one in relation.fields:
        value: sql.Term = one.value
        if one in ids:
            value = sql.is_there(one.value)
        elif one.type == "decimal":  # 0.0 and -0.0 are equal, and which of them a group shows is chance
            value = exp.Add(this=one.value, expression=sql.literal("0", "decimal"))
        values += [exp.alias_(value, one.id, quoted=True), *([sql.column(one.mask)] if one.masked else [])]
    inner = relation.select(*values).subquery("r")
    names = [sql.column(part.alias_or_name) for part in values]
    grouped = exp.select(*names, exp.alias_(sql.row_count(), SIZE, quoted=True)).from_(inner).group_by(*names)
    return pa.Table.from_batches(engine.stream(grouped))


def _contents(columns: Sequence[_Column], codes: Codes) -> Iterator[bytes]:
    """Give, for each record, bytes that differ where it does, by the key and not by what other records hold."""
    parts = [
        np.frombuffer(b"".join(column.secrets), "V32")[part].view(np.uint8).reshape(-1, 32)[:, :8]
        for column, part in zip(columns, codes.T, strict=True)
    ]
    return (row.tobytes() for row in np.concatenate(parts, axis=1))


def _refuse_large(rows: int, wanted: int, context: Context) -> None:
    if rows > MOST_RECORDS or wanted > MOST_DUMMIES:
        raise context.refuse(
            "too-large",
            Text(
                "行は {rows} まで、疑似データは {dummies} 件までです。",
                "it works on at most {rows} rows and makes at most {dummies} dummies.",
            ).fill(rows=f"{MOST_RECORDS:,}", dummies=f"{MOST_DUMMIES:,}"),
            Text("share か rows を小さくするか、表を分けてください。", "Lower `share` or `rows`, or divide the table."),
        )


def _refuse_repeated(one: Field, relation: Relation, context: Context) -> None:
    """Refuse IDs that stand on several rows: a dummy of a single row would be seen beside people of several."""
    there = exp.Count(this=one.value)
    counts = [exp.alias_(there, "rows"), exp.alias_(sql.distinct_count(one.value), "ids")]
    [row] = context.engine.ask(relation.select(*counts))
    if row["rows"] > row["ids"]:
        raise context.refuse(
            "repeated-ids",
            Text(
                "仮IDの列「{name}」で、一つのIDが何行にもあります。", "in '{name}' a pseudo-ID stands on several rows."
            ).fill(name=one.name),
            Text("一行一人の表で使ってください。", "Use it where each row is one person's."),
        )


def _refuse_values_of_one(table: _Different, rows: int, context: Context) -> None:
    alone = table.alone()
    records = int(alone.any(axis=1).sum())  # a record with a value of its own is the only one of its kind
    if records > MOST_ALONE * rows:
        most_first = np.argsort(-alone.sum(axis=0), kind="stable")
        names = [table.columns[n].field.name for n in most_first[:3] if alone[:, n].any()]
        raise context.refuse(
            "values-of-one",
            Text(
                "ほかの誰にもない値を持つ記録が {count} 件あり、疑似データと見分けがつきます（多い列: {names}）。",
                "{count} records hold a value that nobody else has, which tells them from dummies (most in: {names}).",
            ).fill(count=told(records), names=", ".join(names)),
            Text("先にその列を一般化するか、丸めてください。", "Generalize or round these columns first."),
        )


def _too_few(wanted: int, context: Context) -> Exception:
    return context.refuse(
        "too-few-different",
        Text(
            "表が小さいか一様なため、どの記録とも違う疑似データを {n} 件作れませんでした。",
            "the table is too small or too uniform to make {n} dummies that equal no record.",
        ).fill(n=wanted),
        Text("件数を減らすか、この手順をやめてください。", "Ask for fewer, or leave the step out."),
    )


def _they_would_be_seen(context: Context) -> Exception:
    return context.refuse(
        "dummies-stand-out",
        Text(
            "この表では、新しい組合せは目立って珍しいものになり、疑似データだと見当がつきます。",
            "in this table new combinations would be conspicuously rare, and taken for dummies.",
        ),
        Text(
            "行か列が少ないか、区分が粗いためです。この手順をやめてください。",
            "It has few rows or columns, or coarse groups: leave the step out.",
        ),
    )


def _unknown_form(one: Field, context: Context) -> Exception:
    return context.refuse(
        "ids-of-other-form",
        Text(
            "仮IDの列「{name}」は、同じ形の新しいIDを作れない形です。",
            "the pseudo-IDs of '{name}' are of a form of which no new ones can be made.",
        ).fill(name=one.name),
        Text(
            "pseudonymize を method: hmac にし、その後で列を変えないでください。",
            "Use `pseudonymize` with `method: hmac`, and leave the column as it is.",
        ),
    )


@dataclass(frozen=True)
class _Form:
    alphabet: str
    length: int


def _form_of(ids: set[str]) -> _Form | None:
    """Return the narrowest alphabet that all IDs keep to, and their length; None where they have none."""
    lengths = {len(one) for one in ids}
    letters = {letter for one in ids for letter in one}
    alphabets = sorted(ALPHABETS.values(), key=len)
    alphabet = next((one for one in alphabets if letters <= set(one)), None)
    if len(lengths) != 1 or alphabet is None or min(lengths) < LEAST_ID:
        return None
    return _Form(alphabet, lengths.pop())


def _free_id(subkey: bytes, name: bytes, taken: set[str], form: _Form) -> str:
    """Return an ID that nobody has, and take it. As it is drawn evenly, the first try nearly always does."""
    attempt = 0
    while True:
        [digest] = keyed_ids(subkey, [name + attempt.to_bytes(4, "big")])
        made = encode(digest, form.alphabet, form.length)
        if made not in taken:
            taken.add(made)
            return made
        attempt += 1


def _nobody(_share: float) -> None:
    """Tell nobody."""
