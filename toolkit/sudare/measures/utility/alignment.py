"""Finds the same record in two tables by its ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.measures.kernel.encoding import encode

if TYPE_CHECKING:
    from sudare.measures.kernel.encoding import Whole


def aligned(before: pa.ChunkedArray, after: pa.ChunkedArray) -> tuple[Whole, Whole]:
    """Return the rows on each side that have an ID in common, in the order of the IDs.

    IDs are compared as text. Refused: `missing-id`, `repeated-id` (a record must be one row on each side), and
    `no-common-id` where both sides have rows and nothing is in common. No ID is told.

    >>> [rows.tolist() for rows in aligned(pa.chunked_array([["b", "a"]]), pa.chunked_array([["a", "c", "b"]]))]
    [[1, 0], [0, 2]]
    """
    both = encode("", pa.chunked_array([*before.chunks, *after.chunks], pa.string()), in_order=True)
    old, new = both.codes[: len(before)].astype(np.int64), both.codes[len(before) :].astype(np.int64)
    sides = (Text("加工前", "before"), old), (Text("加工後", "after"), new)
    problems = [problem for side, codes in sides if (problem := _fault(side, codes, both.missing)) is not None]
    if problems:
        raise Refused(problems)
    found, first, second = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    if len(old) and len(new) and not len(found):
        raise Refused(_nothing_in_common())
    return first.astype(np.int64), second.astype(np.int64)


def _fault(side: Text, codes: Whole, missing: int | None) -> Problem | None:
    if missing is not None and (codes == missing).any():
        what = Text("{side}の表に ID のない行があります。", "a row of the table {side} has no ID.")
        now = Text("どの行にもある列を指定してください。", "Name a column that every row has.")
        return Problem("missing-id", "id", what.fill(side=side), now)
    if len(np.unique(codes)) < len(codes):
        what = Text("{side}の表で同じ ID の行が複数あります。", "rows of the table {side} share an ID.")
        now = Text("一行を一つに決める列を指定してください。", "Name a column that tells one row from another.")
        return Problem("repeated-id", "id", what.fill(side=side), now)
    return None


def _nothing_in_common() -> Problem:
    what = Text("両方の表に同じ ID がありません。", "the two tables have no ID in common.")
    now = Text(
        "仮IDは元の番号と対応しません。加工していない番号の列を指定するか、ID なしで比べてください。",
        "Pseudo-IDs do not lead back to the original. Name a column that was kept, or compare without an ID.",
    )
    return Problem("no-common-id", "id", what, now)
