"""Measures that compare the table with a register of its population, a file beside the spec."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa
from pydantic import model_validator

from sudare.errors import did_you_mean
from sudare.language import Text
from sudare.measures.kernel.beside import Beside, count_beside
from sudare.measures.kernel.encoding import encode
from sudare.measures.kernel.from_engine import combinations_of, with_hidden
from sudare.measures.measure import Measure, Scope
from sudare.models import fault, field
from sudare.tables.beside import FileName
from sudare.tables.schema import Input, same_name

if TYPE_CHECKING:
    from collections.abc import Mapping


class RegisterCheck(Measure, ABC):
    """A measure against a register of the population: one row for each person, written like the output."""

    file: FileName = field(
        Text("名簿のファイル", "file of the register"),
        Text(
            "母集団全体の名簿。一人一行で、columns と同じ名前の列を、出力と同じ書き方（同じ区分）で持ちます。"
            "仕様と同じ手順で加工して作れます。",
            "A register of the whole population, one row for each person, with columns of the same names as `columns`, "
            "written like the output, with the same groups. The steps of the spec can make it.",
        ),
        role="file",
    )
    input: Input = field(
        Text("そのファイルの書き方", "how it is written"),
        Text("すべての列を宣言します。", "All its columns are declared."),
        role="input",
    )

    @model_validator(mode="after")
    def _its_columns_are_declared(self) -> Self:
        there = self.input.schema_
        for name in self.columns:
            if there.get(name) is None:
                what = Text("列「{name}」が検査の input にありません。", "there is no column '{name}' in its `input`.")
                raise fault("missing-column", what.fill(name=name), did_you_mean(name, there.names))
        return self

    def tables(self) -> Mapping[str, Input]:
        """The register."""
        return {self.file: self.input}

    def beside(self, scope: Scope) -> Beside:
        """Count each combination in the table and in the register; cells are compared as texts."""
        ours = combinations_of(scope.engine, scope.relation, self.columns, people=scope.people, as_text=True)
        register = scope.tables[self.file]
        theirs = combinations_of(scope.engine, register, self.columns, people=False, as_text=True)
        columns = []
        for name in map(same_name, self.columns):
            chunks = [*_texts(ours.cells[name]), *_texts(theirs.cells[name])]
            hidden = np.concatenate((ours.hidden[name], theirs.hidden[name]))
            columns.append(with_hidden(encode(name, pa.chunked_array(chunks, pa.string())), hidden))
        return count_beside(columns, len(ours), np.concatenate((ours.sizes, theirs.records)))


def _texts(cells: pa.ChunkedArray) -> list[pa.Array]:
    chunks: list[pa.Array] = cells.cast(pa.string()).chunks
    return chunks
