"""One pass over one source: typed batches, and all that does not fit, told together at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from sudare.errors import Problem, Refused, SudareError, UsageError
from sudare.language import Text
from sudare.tables.misfits import Misfits
from sudare.tables.stored_values import Storing
from sudare.tables.text_values import ARROW_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from sudare.tables.schema import Input, Schema

# U+E000 to U+F8FF, where 外字 stand after decoding; EE leads most of them in UTF-8 and nothing else.
_GAIJI: Final = "[\ue000-\uf8ff]"
_GAIJI_BYTE: Final = b"\xee"
_GAIJI_BYTES: Final = re.compile(rb"\xef[\x80-\xa3]")


@dataclass(frozen=True)
class Facts:
    """What is known once a source was read: the hash of its bytes, its rows, how it was written, and warnings.

    `encoding` and `delimiter` are None where the source is no CSV file. The hash of a frame is that of its Arrow
    IPC content.
    """

    sha256: str
    rows: int
    encoding: str | None = None
    delimiter: str | None = None
    warnings: tuple[Problem, ...] = ()


class Source(Protocol):
    """Where a table comes from: a CSV file, a Parquet file, a sheet of a workbook or a frame."""

    types: Sequence[pa.DataType]
    encoding: str | None
    delimiter: str | None

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the declared columns, in declared order, untyped."""

    def number(self, position: int) -> int:
        """Return the number a person sees for the row at a position, from 0, once all batches were yielded."""

    def problems(self) -> list[Problem]:
        """Return what is wrong with rows or the file as a whole, once all batches were yielded."""

    def sha256(self) -> str:
        """Return the hash of the content, once all batches were yielded."""

    def warnings(self) -> list[Problem]:
        """Return what was read all the same, but should be known, once all batches were yielded."""


class Reading:
    """One pass over one source: an engine takes the batches, then the facts are known."""

    def __init__(self, source: Source, declared: Input) -> None:
        """Take a source whose header and stored types agree with what is declared."""
        self._source = source
        self._missing = pa.array(sorted({"", *declared.missing}), pa.string())
        self._typing = [Storing(stored, c.type) for stored, c in zip(source.types, declared.columns, strict=True)]
        self._misfits = Misfits(declared.columns)
        self._gaiji: set[int] = set()
        self._facts: Facts | None = None
        self._begun = False
        self.problems: tuple[Problem, ...] = ()
        self.schema: Schema = declared.schema_
        self.arrow_schema: pa.Schema = pa.schema([(c.called, ARROW_TYPES[c.type]) for c in declared.columns])

    @property
    def facts(self) -> Facts:
        """What is known once the batches were taken to the end. Errors: `not-read-yet`."""
        if self._facts is None:
            what = Text("まだ最後まで読んでいません。", "it has not been read to the end yet.")
            raise UsageError(Problem("not-read-yet", "", what))
        return self._facts

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield typed batches (missing cells are NULL); at the end raise `Refused` with all that did not fit.

        The problems also stay in `problems`, for an engine through which an exception does not pass unchanged.
        Can be taken once. Errors: `misfit`, `unclosed-quote`, `changed-while-reading`; none holds a value.
        """
        if self._begun:
            what = Text("一度しか読めません。", "it can be read only once.")
            raise UsageError(Problem("read-already", "", what, Text("開き直してください。", "Open it again.")))
        self._begun = True
        try:
            yield from self._read()
        except SudareError as error:
            self.problems = error.problems
            raise

    def _read(self) -> Iterator[pa.RecordBatch]:
        rows = 0
        for batch in self._source.batches():
            yield self._typed(batch, rows)
            rows += batch.num_rows
        problems = (*self._source.problems(), *self._misfits.problems(self._source.number))
        if problems:
            raise Refused(problems)
        self._facts = Facts(
            self._source.sha256(),
            rows,
            self._source.encoding,
            self._source.delimiter,
            (*self._source.warnings(), *self._warnings()),
        )

    def _typed(self, batch: pa.RecordBatch, base: int) -> pa.RecordBatch:
        columns = []
        for index, (values, typing) in enumerate(zip(batch.columns, self._typing, strict=True)):
            typed = typing.typed(self._known(values))
            for why, rows in typed.faults:
                self._misfits.add(index, why, rows, base)
            if index not in self._gaiji and _has_gaiji(typed.values):
                self._gaiji.add(index)
            columns.append(typed.values)
        return pa.RecordBatch.from_arrays(columns, schema=self.arrow_schema)

    def _known(self, values: pa.Array) -> pa.Array:
        """Make the texts that mean missing NULL."""
        if not pa.types.is_string(values.type):
            return values
        missing = pc.is_in(values, value_set=self._missing)
        return pc.if_else(missing, None, values) if pc.any(missing).as_py() else values

    def _warnings(self) -> Iterator[Problem]:
        if not self._gaiji:
            return
        names = [self.schema.columns[index].called for index in sorted(self._gaiji)]
        what = Text(
            "外字（Unicode の私用領域）があります: 列「{ja}」。",
            "there are user-defined characters (Unicode's private use area): columns '{en}'.",
        ).fill(ja="」「".join(names), en="', '".join(names))
        now = Text(
            "ほかの機械では別の字に見えるか、表示されません。",
            "Elsewhere they look different or are not shown.",
        )
        yield Problem("gaiji", "input", what, now)


def _has_gaiji(values: pa.Array) -> bool:
    if not pa.types.is_string(values.type) or not len(values):
        return False
    content = values.buffers()[2]
    # A look at the bytes of the whole column first: nearly every column holds none.
    held = b"" if content is None else content.to_pybytes()  # a single byte is found far sooner in `bytes`
    if _GAIJI_BYTE not in held and (b"\xef" not in held or _GAIJI_BYTES.search(held) is None):
        return False
    return pc.any(pc.match_substring_regex(values, _GAIJI)).as_py() is True
