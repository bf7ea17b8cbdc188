"""What the assumed reader could find out from the output, measured in the run, while its rows and the source's align.

The safety assessment in the processing stage: it is made before anything is delivered, tells shares and the names of
columns, and keeps no link between a record and a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from sqlglot import exp

from sudare.engines import sql
from sudare.execution.usefulness import LOOKED_AT, looked, share_of
from sudare.measures.attacks.attribute_inference import attribute_inference
from sudare.measures.attacks.facing import facing
from sudare.measures.attacks.record_linkage import record_linkage
from sudare.measures.utility.sides import sides, texts
from sudare.profiles import LIMIT, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from sudare.engines.engine import Engine
    from sudare.engines.relation import Field, Relation
    from sudare.measures.attacks.attribute_inference import Inference
    from sudare.measures.attacks.facing import Facing
    from sudare.measures.attacks.record_linkage import Linkage
    from sudare.measures.kernel.encoding import Truth, Whole

    Pair: TypeAlias = tuple[Field, Field]

_MOST: Final = 1_000_000  # different combinations of the output that are taken into memory
_PERCENT: Final = 0.01  # the finest step in which a share is told
_PLACES: Final = 2


@dataclass(frozen=True)
class Assessment:
    """What somebody finds out who `knows` these columns of the source, of so many `records` that are in the output.

    `linkage` and an entry of `inference` are None where the output has too many different combinations to look at.
    """

    knows: tuple[str, ...]
    records: int
    sampled: bool  # whether the records attacked, or some of the attacks, are an evenly spread part
    linkage: Linkage | None
    inference: tuple[Inference, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return what the receipt says: shares as `share_told` tells them, null where the records behind are few."""
        return {
            "knows": list(self.knows),
            "records": shown(self.records),
            "sampled": self.sampled,
            "linkage": self.linkage and _told(self.linkage, ("unique", "nearest", "success")),
            "inference": {
                one.column: _told(one, ("baseline", "right", "certain", "certain_right")) for one in self.inference
            },
        }


def _told(found: Linkage | Inference, names: Sequence[str]) -> dict[str, float | None]:
    return {name: share_told(getattr(found, name), found.records) for name in names}


def share_told(share: float | None, records: int) -> float | None:
    """Return a share to the percent, None where it is of few records.

    Of less than 1,000 records the steps are of ten records, so that neither a share nor what it leaves over counts few.

    >>> share_told(0.254, 1000), share_told(0.005, 1000), share_told(0.0, 1000), share_told(0.98, 50)
    (0.25, None, 0.0, 1.0)
    """
    told = None if share is None else share_of(int(np.ceil(share * records - 1e-9)), share)  # a part counts as one
    if told is None or told >= 1:
        return told
    step = max(_PERCENT, LIMIT / records)
    return min(round(round(told / step) * step, _PLACES), 1.0)


def assessment(  # noqa: PLR0913 - two tables, and which columns are known and guessed, each by name
    engine: Engine,
    before: Relation,
    after: Relation,
    *,
    known: Sequence[Pair],
    guessed: Sequence[Pair],
    rows: int,
) -> Assessment | None:
    """Attack the output with the original values of some columns; None where none of them is in the output.

    `known` are the columns that the reader knows, `guessed` those they want to know, each as it was and as it became,
    in a source of so many `rows`. Attacked are the records that both tables have, of a large table 100,000 evenly
    spread ones, always the same; the output is looked at as a whole, by its different combinations, of which up to
    1,000,000 are taken into memory. Rows that were put in are records like others to the reader.
    """
    if not known:
        return None
    stride = max(1, -(-rows // LOOKED_AT))
    attack = _Attack(engine, before, after, stride, rows)
    linked = attack.faced(known)
    linkage = None if linked is None else record_linkage(linked.faces, linked.own, counts=linked.counts)
    inference = tuple(_inferred(attack, known, guessed))
    links = (linkage,) if linkage is not None else ()
    records = max((part.records for part in (*links, *inference)), default=0)
    sampled = stride > 1 or any(part.sampled for part in (*links, *inference))
    return Assessment(tuple(was.name for was, _ in known), records, sampled, linkage, inference)


def _inferred(attack: _Attack, known: Sequence[Pair], guessed: Sequence[Pair]) -> Iterator[Inference]:
    for pair in guessed:
        faced = attack.faced([*known, pair])
        if faced is not None:
            yield attribute_inference(faced.faces[:-1], faced.faces[-1], counts=faced.counts)


@dataclass(frozen=True)
class _Faced:
    """The columns as the reader faces them, the line of each record attacked, and the records of each line."""

    faces: list[Facing]
    own: Whole
    counts: Whole


@dataclass(frozen=True)
class _Attack:
    engine: Engine
    before: Relation
    after: Relation
    stride: int
    rows: int

    def faced(self, pairs: Sequence[Pair]) -> _Faced | None:
        """Face columns: first the rows looked at, that stand for no record, then the combinations of the output."""
        old, _ = looked(self.engine, self.before, [was for was, _ in pairs], self.stride, self.rows)
        fields = [now for _, now in pairs]
        new, masks = looked(self.engine, self.after, fields, self.stride, self.rows)
        found = self._combinations(fields)
        if found is None:
            return None
        combinations, hidden = found
        known, left = (table.column(0).to_numpy().astype(np.int64) for table in (old, new))
        _, first, second = np.intersect1d(known, left, assume_unique=True, return_indices=True)
        faces = []
        for n, (was, now) in enumerate(pairs):
            cells = old.column(n + 1)
            chunks = [*new.column(n + 1).chunks, *combinations.column(n + 1).chunks]
            released = pa.chunked_array(chunks, new.column(n + 1).type)
            mask = np.concatenate((masks[n], hidden[n]))
            column = sides(now.name, cells, released, mask, (first, second))
            if column.read == "numbers" and (was.type == "text") != (now.type == "text"):
                # Codes, such as those of grid squares, look like numbers and are none.
                column = sides(now.name, texts(cells), texts(released), mask, (first, second))
            faces.append(facing(column, cells, released, (first, second)).of(first))
        counts = combinations.column(0).to_numpy().astype(np.int64)
        return _Faced(faces, second, np.concatenate((np.zeros(new.num_rows, np.int64), counts)))

    def _combinations(self, fields: Sequence[Field]) -> tuple[pa.Table, list[Truth]] | None:
        """Fetch the different combinations of the output with how many records have each, unless they are too many."""
        asked = [exp.alias_(sql.row_count(), "records", quoted=True)]
        asked += [exp.alias_(one.value, f"v{n}", quoted=True) for n, one in enumerate(fields)]
        masked = [n for n, one in enumerate(fields) if one.masked]
        asked += [exp.alias_(fields[n].hidden, f"h{n}", quoted=True) for n in masked]
        keys = [one.value for one in fields] + [fields[n].hidden for n in masked]
        batches = []
        lines = 0
        for batch in self.engine.stream(self.after.select(*asked).group_by(*(key.copy() for key in keys))):
            lines += batch.num_rows
            if lines > _MOST:
                return None
            batches.append(batch)
        nothing = pa.table([pa.array([], pa.int64()), *([pa.nulls(0)] * (len(asked) - 1))], [a.alias for a in asked])
        table = pa.Table.from_batches(batches) if batches else nothing
        nobody = np.zeros(table.num_rows, bool)
        hidden = {n: table.column(f"h{n}").to_numpy().astype(bool) for n in masked}
        return table, [hidden.get(n, nobody) for n in range(len(fields))]
