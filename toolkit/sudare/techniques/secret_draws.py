"""What random techniques share: whom a row is about, and random numbers that follow from that and the key alone.

A number drawn so is the same in every delivery under one key, whatever the order of the rows: repeating a delivery
gives nothing to average. Without the key nobody can compute it. The key works here, in Python; the engine sees
row numbers and results only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from sudare.engines import sql
from sudare.engines.relation import ROW
from sudare.keystore import keyed_ids
from sudare.techniques.technique import DATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from sudare.engines.relation import Field, Relation
    from sudare.techniques.technique import Context

WHO, STRATUM, BY_CONTENT = "who", "stratum", "by_content"
DIGEST = pa.binary(32)
WORDS = 4  # of 64 bits, in a digest
OF_PERSON, OF_CONTENT = b"p", b"r"  # in front of what a digest is made of, so that the two never meet
MISSING, HIDDEN = b"m", b"h"  # in place of a length


def rows_and_whom(  # noqa: PLR0913 - whose rows, by which key, and what of them
    context: Context,
    relation: Relation,
    subkey: bytes,
    where: sql.Term,
    *,
    person: Field | None = None,
    strata: Sequence[Field] = (),
    values: Sequence[Field] = (),
) -> pa.Table | None:
    """Return rows with 32 bytes each, `who`, that stand for whom they are about: HMAC-SHA-256 under a sub-key.

    That is the person where named, else all that the row holds. Rows that hold the same are numbered in it, so that
    each has bytes of its own; which of them has which changes nothing, since they are equal. A row whose person is
    missing or hidden is taken by what it holds. Besides, the row's number, `stratum` (bytes that differ where any
    of the strata does), and each of the values under its internal name. None if there are no such rows.
    """
    asked = [part for f in relation.fields for part in ([f.value, f.hidden] if f.masked else [f.value])]
    people = exp.alias_(person.text if person is not None else sql.missing("text"), WHO, quoted=True)
    names = [ROW, WHO, BY_CONTENT, STRATUM, *(field.id for field in values)]
    parts = []
    for batch in context.engine.stream(relation.select(sql.column(ROW, "t"), people, *asked).where(where)):
        who = pa.array(keyed_ids(subkey, _identities(batch, relation.fields)), DIGEST)
        columns = [batch.column(ROW), who, batch.column(WHO).is_null(), _contents(batch, strata)]
        parts.append(pa.table([*columns, *(batch.column(field.id) for field in values)], names))
    return _numbered(pa.concat_tables(parts), subkey) if parts else None


def even_numbers(subkey: bytes, who: Iterable[bytes]) -> Iterator[float]:
    """Give an even random number strictly between 0 and 1 for each: an odd multiple of 2^-53, from 52 random bits.

    The odd multiples lie symmetrically about 1/2 and never reach 0 or 1, where a logarithm would be infinite.

    >>> [round(number, 4) for number in even_numbers(bytes(32), [b"a", b"b", b"a"])]
    [0.5863, 0.3868, 0.5863]
    """
    for digest in keyed_ids(subkey, who):
        yield (2 * (int.from_bytes(digest[:8], "big") >> 12) + 1) * 2.0**-53


def words_of(who: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Return digests as four random whole numbers of 64 bits each."""
    return np.frombuffer(b"".join(who.to_pylist()), ">u8").astype(np.uint64).reshape(-1, WORDS)


def _identities(batch: pa.RecordBatch, fields: Sequence[Field]) -> Iterator[bytes]:
    people = batch.column(WHO)
    contents = _contents(batch, fields).to_pylist() if people.null_count else [b""] * batch.num_rows
    for person, content in zip(people.to_pylist(), contents, strict=True):
        yield OF_CONTENT + content if person is None else OF_PERSON + person.encode("utf-8")


def _contents(batch: pa.RecordBatch, fields: Sequence[Field]) -> pa.Array:
    """Return one text of bytes per row that differs where any of the fields does; a missing cell is not a hidden one.

    The length in front of each cell keeps ("ab", "c") and ("a", "bc") apart.
    """
    parts = [part for field in fields for part in _length_and_bytes(batch, field)]
    if not parts:
        return pa.array([b""] * batch.num_rows, pa.large_binary())
    return pc.binary_join_element_wise(*parts, pa.scalar(b":", pa.large_binary()))


def _length_and_bytes(batch: pa.RecordBatch, field: Field) -> tuple[pa.Array, pa.Array]:
    column = batch.column(field.id)
    if field.type == "decimal":  # its 64 bits: no two programs write a double alike. Adding 0 makes 0.0 of -0.0.
        bits = (column.to_numpy(zero_copy_only=False) + 0.0).view(np.int64)
        column = pa.array(bits, mask=column.is_null().to_numpy(zero_copy_only=False))
    elif field.type in DATES:
        column = column.cast(pa.int32() if field.type == "date" else pa.int64())
    written = column.cast(pa.string()).cast(pa.large_binary())
    length = pc.binary_length(written).cast(pa.string()).cast(pa.large_binary()).fill_null(MISSING)
    if field.masked:
        length = pc.if_else(batch.column(field.mask), pa.scalar(HIDDEN, pa.large_binary()), length)
    return length, written.fill_null(b"")


def _numbered(rows: pa.Table, subkey: bytes) -> pa.Table:
    """Give rows that hold the same, and hence have the same bytes so far, bytes of their own from the second on."""
    whole = rows.column(WHO).to_pylist()
    words = words_of(rows.column(WHO))
    places = rows.column(ROW).to_numpy()
    order = np.lexsort((places, words[:, 1], words[:, 0]))
    again = np.r_[False, (words[order[1:], :2] == words[order[:-1], :2]).all(axis=1)]
    again &= rows.column(BY_CONTENT).to_numpy()[order]
    count = np.arange(len(order)) - np.maximum.accumulate(np.where(again, 0, np.arange(len(order))))
    repeated = order[again]
    messages = (
        whole[row] + number.to_bytes(8, "big")
        for row, number in zip(repeated.tolist(), count[again].tolist(), strict=True)
    )
    for row, digest in zip(repeated.tolist(), keyed_ids(subkey, messages), strict=True):
        whole[row] = digest
    rows = rows.drop_columns([BY_CONTENT])
    return rows.set_column(rows.column_names.index(WHO), WHO, pa.array(whole, DIGEST))
