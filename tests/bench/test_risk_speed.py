"""k and SUDA beside their peers in the same run: `python -m pytest tests/bench/test_risk_speed.py`.

Peers: a pandas group-by, and pycanon where it is installed. sdcMicro's SUDA2 took 0.47 s (30k x 8) and 5.1 s (1M x 5)
on the machine whose figures the issue gives.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sudare import risk
from sudare.measures.kernel import classes_of, encode
from sudare.measures.kernel.values import values_of
from sudare.measures.record_diversity import record_diversity
from sudare.measures.suda import suda

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROWS = int(os.environ.get("SUDARE_BENCH_ROWS", "1000000"))
_LEVELS = (74, 2, 5, 7, 16, 41, 7, 14, 2)  # of the adult table's columns: age, sex, race, marital status …


def people(rows: int, columns: int) -> pd.DataFrame:
    """Texts whose values are as uneven as those of a register: a few frequent, many rare."""
    rng = np.random.default_rng(7)
    made = {}
    for n, levels in enumerate(_LEVELS[:columns]):
        share = 1 / np.arange(1, levels + 1)
        made[f"c{n}"] = np.array([f"v{level}" for level in range(levels)])[
            rng.choice(levels, rows, p=share / share.sum())
        ]
    return pd.DataFrame(made)


def best(work: Callable[[], Any], rounds: int = 3) -> tuple[float, Any]:
    times, found = [], None
    for _ in range(rounds):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return min(times), found


def tell(capsys: Any, title: str, times: dict[str, float]) -> None:
    ours = next(iter(times.values()))
    with capsys.disabled():
        sys.stdout.write(f"\n{title}\n")
        for name, spent in times.items():
            sys.stdout.write(f"  {name:44} {spent:8.3f} s  {spent / ours:6.1f} x\n")


def test_k_over_eight_columns(capsys: Any, benchmark: Any) -> None:
    frame = people(ROWS, 8)
    names = list(frame.columns)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    columns = [encode(name, table[name]) for name in names]
    kernel, classes = best(lambda: classes_of(columns))
    encoding, _ = best(lambda: classes_of([encode(name, table[name]) for name in names]))
    verb, found = best(lambda: risk(table, names), 2)
    times = {
        "sudare, columns encoded before": kernel,
        "sudare, with encoding": encoding,
        "sudare.risk, all of it": verb,
    }
    peer, sizes = best(lambda: frame.groupby(names).size())
    times["pandas group-by"] = peer
    assert (len(classes), int(classes.sizes.min()), found.classes) == (len(sizes), int(sizes.min()), len(sizes))
    if importlib.util.find_spec("pycanon") is not None:
        from pycanon import anonymity

        times["pycanon k-anonymity"], k = best(lambda: anonymity.k_anonymity(frame, names), 1)
        assert k == found.k
    tell(capsys, f"k, {ROWS:,} rows x 8 columns", times)
    benchmark.extra_info.update(times)
    benchmark.pedantic(lambda: classes_of(columns), rounds=3)
    assert encoding < peer


def test_distinct_l(capsys: Any) -> None:
    frame = people(ROWS, 9)
    names, sensitive = list(frame.columns[:4]), frame.columns[8]
    table = pa.Table.from_pandas(frame, preserve_index=False)

    def ours() -> int:
        classes = classes_of([encode(name, table[name]) for name in names])
        return int(record_diversity(values_of(classes, encode(sensitive, table[sensitive]))).distinct.min())

    spent, found = best(ours)
    times = {"sudare, with encoding": spent}
    times["pandas group-by, nunique"], peer = best(lambda: frame.groupby(names)[sensitive].nunique().min(), 1)
    assert found == peer
    if importlib.util.find_spec("pycanon") is not None:
        from pycanon import anonymity

        times["pycanon l-diversity"], l_ = best(lambda: anonymity.l_diversity(frame, names, [sensitive]), 1)
        assert found == l_
    tell(capsys, f"distinct l, {ROWS:,} rows x 4 columns", times)


@pytest.mark.parametrize(("rows", "width", "sdcmicro"), [(30_000, 8, 0.47), (1_000_000, 5, 5.1)])
def test_suda(capsys: Any, rows: int, width: int, sdcmicro: float) -> None:
    frame = people(rows, width)
    columns = [encode(name, pa.array(frame[name], pa.string())) for name in frame]
    whole, found = best(lambda: suda(columns), 2)
    three, _ = best(lambda: suda(columns, largest=3), 2)
    times = {"sudare, all sizes": whole, "sudare, up to 3 columns": three, "sdcMicro (elsewhere, other data)": sdcmicro}
    tell(capsys, f"SUDA2, {rows:,} rows x {width} columns, {found.records:,} special uniques", times)
    assert found.by_size[0] >= 0


def test_growth(capsys: Any) -> None:
    """Time by the number of rows; `SUDARE_BENCH_MOST=10000000` goes up to ten million."""
    most = int(os.environ.get("SUDARE_BENCH_MOST", "1000000"))
    lines = []
    for rows in (10_000, 100_000, 1_000_000, 10_000_000):
        if rows > most:
            break
        frame = people(rows, 8)
        columns = [encode(name, pa.array(frame[name], pa.string())) for name in frame]
        spent, classes = best(lambda columns=columns: classes_of(columns), 2)
        three, _ = best(lambda columns=columns: suda(columns[:5], largest=3), 1)
        lines.append(
            f"  {rows:12,} rows  {len(classes):10,} classes  k {spent:7.3f} s  SUDA of 5 to 3 {three:7.3f} s\n"
        )
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(lines))
    assert lines
