"""Local suppression: hide few single cells so that nobody's combination of keys is shared by fewer than k."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sudare.errors import Problem, Refused, UsageError
from sudare.language import Language, Text, preferred
from sudare.measures.kernel import encode
from sudare.tables.schema import same_name
from sudare.techniques.hiding import ANY, MOST_KEYS, Missing, choose_cells, ranked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from sudare.measures.kernel.encoding import Column
    from sudare.techniques.hiding import Codes, Truth

_BECAUSE = Text("組合せが k 人に足りない行がある（下書き）", "fewer than k share a combination (draft)")


@dataclass(frozen=True)
class Hidden:
    """Which cells are to be hidden: for each key a truth value for each row, and how many they are.

    `importance` and `of_size` are what was asked for.
    """

    k: int
    missing: Missing
    rows: Mapping[str, Truth] = field(repr=False)
    importance: tuple[str, ...] = field(default=(), repr=False)
    of_size: int | None = None

    @property
    def cells(self) -> dict[str, int]:
        """How many cells of each key are hidden."""
        return {name: int(hidden.sum()) for name, hidden in self.rows.items()}

    @property
    def total(self) -> int:
        """How many cells are hidden."""
        return sum(self.cells.values())

    def applied(self, table: pa.Table) -> pa.Table:
        """Return the table with the cells missing; row order and all else stay."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for name, hidden in self.rows.items():
            place = table.schema.get_field_index(name)
            cells = pc.if_else(pa.array(~hidden), table.column(place), pa.scalar(None, table.column(place).type))
            table = table.set_column(place, table.schema.field(place), cells)
        return table

    def step(self, lang: Language | None = None) -> dict[str, Any]:
        """Return the step of a spec that hides as many cells of the same table, as plain data; k is 2 or more.

        >>> import pyarrow as pa
        >>> suppress_locally(pa.table({"sex": ["f", "m"]}), ["sex"], 2).step("en")["missing"]
        'wildcard'
        """
        step: dict[str, Any] = {
            "technique": "local-suppression",
            "columns": list(self.rows),
            "k": self.k,
            "missing": self.missing,
            "importance": list(self.importance),
            "subsets": self.of_size,
        }
        asked = {key: value for key, value in step.items() if value not in ([], None)}
        return {**asked, "standards": [5], "because": _BECAUSE.pick(lang or preferred())}


def suppress_locally(  # noqa: PLR0913 - what a choice depends on, each by name
    table: pa.Table,
    keys: Sequence[str],
    k: int,
    *,
    missing: Missing = "wildcard",
    importance: Sequence[str] | None = None,
    of_size: int | None = None,
) -> Hidden:
    """Choose few cells to hide so that every row shares its keys with at least `k` - 1 others.

    With `missing="wildcard"` a missing or hidden cell fits every value (sdcMicro's alpha = 1): who looks for somebody
    cannot rule such a row out. With `missing="value"` a hidden cell is a value of its own and a missing one another,
    which may be hidden as well, so that the table is k-anonymous as everybody counts it; that costs more cells.
    `of_size` asks for k over every set of so many keys rather than over all of them (wildcards only). `importance`
    names the keys from the one to keep to the one to hide first; keys that are not named come last. Without it the help
    to other rows decides first, then keys of fewer values are kept.

    Row by row, the rarest first, the smallest set of keys is hidden that suffices, seen what was hidden before. That is
    no proof of the fewest cells, but ties are broken alike whatever the order of the rows. Memory: 4 bytes for each
    different combination and key, 8 for each set of keys. Raises `Refused` with `too-few-rows` where the table has
    fewer than k rows, and `UsageError` with `bad-keys`. The technique `local-suppression` does the same in a spec.

    >>> import pyarrow as pa
    >>> table = pa.table({"sex": ["f", "f", "m", "m"], "age": [31, 31, 31, 42]})
    >>> suppress_locally(table, ["sex", "age"], 2).cells, suppress_locally(table, ["sex", "age"], 2, missing="value").cells
    ({'sex': 0, 'age': 1}, {'sex': 0, 'age': 2})
    """
    names = [same_name(name) for name in keys]
    _refuse(table, names, k, of_size, missing)
    columns = [encode(name, table.column(name), in_order=True) for name in names]
    codes = np.array([_codes(column, missing) for column in columns], np.int32).reshape(len(names), table.num_rows)
    first = [name for name in map(same_name, importance or ()) if name in names]
    hidden = choose_cells(
        codes,
        k,
        ranked(names, codes, first),
        missing=missing,
        helps_first=not first,
        of_size=of_size,
    )
    return Hidden(k, missing, dict(zip(names, hidden, strict=True)), tuple(first), of_size)


def _codes(column: Column, missing: Missing) -> Codes:
    if missing == "value" or column.missing is None:
        return column.codes
    return np.where(column.codes == column.missing, np.int32(ANY), column.codes)


def _refuse(table: pa.Table, names: Sequence[str], k: int, of_size: int | None, missing: Missing) -> None:
    lacking = [name for name in names if name not in table.column_names]
    if lacking:
        what = Text("列「{name}」が表にありません。", "there is no column '{name}' in the table.")
        raise Refused(Problem("missing-column", "keys", what.fill(name=name)) for name in lacking)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    size_fits = of_size is None or (1 <= of_size <= len(names) and missing == "wildcard")
    if not 1 <= len(names) <= MOST_KEYS or repeated or k < 1 or not size_fits:
        what = Text(
            "キーは 1 個以上 {most} 個以下、k は 1 以上、of_size はキーの数以下（wildcard のみ）です。",
            "1 to {most} different keys, k of 1 or more, and of_size of no more than the keys (wildcards only).",
        )
        raise UsageError(Problem("bad-keys", "keys", what.fill(most=MOST_KEYS)))
    if 0 < table.num_rows < k:
        what = Text("行が k より少ないので、どう隠しても届きません。", "the table has fewer rows than k.")
        raise Refused(Problem("too-few-rows", "keys", what))
