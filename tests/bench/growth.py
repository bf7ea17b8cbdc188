"""Prints how time and memory grow with the rows, as a table in Markdown: `python tests/bench/growth.py [MOST]`.

Counting k over eight columns, SUDA over five up to sizes of three, and the search for the least loss over eight columns
and 6,480 nodes (k = 5, 4 % suppressed), at 10,000, 100,000 … up to MOST rows. Each is a process of its own. The first
two start from codes in memory. For the search the engine, limited to 2 GB, groups the rows first; the search then works
on the different combinations.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sudare.engines.engine import Engine
from sudare.measures.kernel import Column, classes_of
from sudare.measures.kernel.from_engine import combinations_of
from sudare.measures.suda import suda
from sudare.optimizer import Goals, Hierarchy
from sudare.optimizer.lattice import Combinations, Ladder
from sudare.optimizer.least_loss import Lattice, least_loss
from sudare.tables.schema import Column as Declared
from sudare.tables.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = (10_000, 100_000, 1_000_000, 10_000_000)
AT_ONCE = 500_000  # rows made at a time
# As many values as columns of the adult table have, and how many of them each level of a hierarchy brings together.
VALUES = (74, 2, 5, 7, 16, 41, 7, 14)
WIDTHS = ((5, 10, 20), (), (), (3,), (4, 8), (7,), (3,), (4,))
MIB = 1024


def parts(rows: int) -> Iterator[list[np.ndarray[tuple[int], np.dtype[np.int32]]]]:
    """Make columns of codes part by part, as uneven as a register's: a few values are frequent, many rare."""
    for nth, start in enumerate(range(0, rows, AT_ONCE)):
        rng = np.random.default_rng([7, nth])
        count = min(AT_ONCE, rows - start)
        shares = (1 / np.arange(1, values + 1) ** 1.5 for values in VALUES)
        yield [rng.choice(len(share), count, p=share / share.sum()).astype(np.int32) for share in shares]


def columns(rows: int) -> list[Column]:
    """Make all columns."""
    whole = [np.concatenate(codes) for codes in zip(*parts(rows), strict=True)]
    return [Column(f"c{n}", codes, values) for n, (codes, values) in enumerate(zip(whole, VALUES, strict=True))]


def ladders() -> list[Ladder]:
    """Make a hierarchy for each column; all its values are one at the top."""
    made = []
    for n, (values, widths) in enumerate(zip(VALUES, WIDTHS, strict=True)):
        rows = tuple((str(v), *(f"{width}:{v // width}" for width in widths), "*") for v in range(values))
        made.append(Ladder.of(f"c{n}", Hierarchy(rows)))
    return made


def count_k(rows: int) -> dict[str, float]:
    """Count the classes."""
    made = columns(rows)
    spent, classes = timed(lambda: classes_of(made))
    return {"k": spent, "classes": len(classes)}


def find_suda(rows: int) -> dict[str, float]:
    """Look for the combinations of up to three columns that single somebody out."""
    made = columns(rows)[:5]
    return {"SUDA": timed(lambda: suda(made, largest=3))[0]}


def find_least_loss(rows: int) -> dict[str, float]:
    """Group the rows in the engine, and search."""
    names = [f"c{n}" for n in range(len(VALUES))]
    schema = Schema(columns=tuple(Declared(name=name, type="integer") for name in names))
    arrow = pa.schema([pa.field(name, pa.int32()) for name in names])
    batches = (pa.record_batch([pa.array(codes) for codes in made], schema=arrow) for made in parts(rows))
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), memory="2GB") as engine:
        relation = engine.load(batches, schema, arrow)
        grouping, found = timed(lambda: combinations_of(engine, relation, names, people=False))
    leaf = [found.cells[name].to_numpy().astype(np.int64) for name in names]
    combinations = Combinations.of(ladders(), leaf, found.records)
    lattice = Lattice(combinations, Goals(5), rows * 4 // 100, [1.0] * len(names))
    searching, result = timed(lambda: least_loss(lattice))
    if not result.optimal:
        raise SystemExit(1)
    return {"grouping": grouping, "search": searching, "combinations": len(combinations), "nodes": result.checked}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of all threads, and what came out."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


TASKS = {"k": count_k, "suda": find_suda, "search": find_least_loss}


def row_of(rows: int) -> str:
    """Measure everything at one size."""
    told: dict[str, dict[str, float]] = {}
    for task in TASKS:
        ran = subprocess.run([sys.executable, __file__, task, str(rows)], check=True, capture_output=True)
        told[task] = json.loads(ran.stdout)
    k, singled, found = told["k"], told["suda"], told["search"]
    cells = [
        f"{rows:,}",
        f"{k['classes']:,.0f}",
        f"{k['k']:.4f}",
        f"{k['peak']:,.0f}",
        f"{singled['SUDA']:.3f}",
        f"{singled['peak']:,.0f}",
        f"{found['grouping']:.2f}",
        f"{found['search']:.2f}",
        f"{found['nodes']:,.0f}",
        f"{found['peak']:,.0f}",
    ]
    return f"| {' | '.join(cells)} |\n"


def main(arguments: list[str]) -> None:
    """Print the table, or measure one task at one size."""
    if arguments and arguments[0] in TASKS:
        found = TASKS[arguments[0]](int(arguments[1]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
        sys.stdout.write(json.dumps({**found, "peak": peak}))
        return
    most = int(arguments[0]) if arguments else ROWS[-1]
    head = "rows|classes|k: CPU s|MiB|SUDA: CPU s|MiB|search: grouping, CPU s|searching, CPU s|nodes looked at|MiB"
    sys.stdout.write(f"| {head.replace('|', ' | ')} |\n{'|---' * (head.count('|') + 1)}|\n")
    for rows in ROWS:
        if rows <= most:
            sys.stdout.write(row_of(rows))
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
