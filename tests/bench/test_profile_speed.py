"""The profile of a large file beside DuckDB's own SUMMARIZE of it, in the same run: `python -m pytest tests/bench`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from bench.measured_process import Cost, measured

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
ROWS = int(os.environ.get("SUDARE_BENCH_ROWS", "1000000"))
COLUMNS = int(os.environ.get("SUDARE_BENCH_COLUMNS", "20"))
MEMORY = os.environ.get("SUDARE_BENCH_MEMORY", "2GB")

# Columns like a register's: codes, names, addresses, dates, numbers, categories; a town told by its postal code.
_COLUMNS = (
    "format('{:08d}', i) AS 管理番号",
    "'山田' || (hash(i) % 100000) || '子' AS 氏名",
    "'松山市' || (hash(i * 5) % 900) || '町' || (hash(i * 3) % 90) || '番地' AS 住所",
    "strftime(DATE '1935-01-01' + (hash(i * 7) % 22000)::INT, '%Y-%m-%d') AS 生年月日",
    "list_element(['男', '女'], 1 + (hash(i * 11) % 2)::INT) AS 性別",
    "2026 - (1935 + (hash(i * 7) % 22000) // 365) AS 年齢",
    "round(140 + (hash(i * 17) % 450) / 10.0, 1) AS 身長",
    "round(40 + (hash(i * 19) % 600) / 10.0, 1) AS 体重",
    "90 + hash(i * 23) % 80 AS 血圧",
    "round(4.5 + (hash(i * 29) % 45) / 10.0, 1) AS HbA1c",
    "list_element(['はい', 'いいえ', ''], 1 + (hash(i * 31) % 3)::INT) AS 喫煙",
    "list_element(['情報提供', '動機付け支援', '積極的支援'], 1 + (hash(i * 37) % 3)::INT) AS 判定",
    "format('790-{:04d}', hash(i * 5) % 900) AS 郵便番号",
    "'町' || (hash(i * 5) % 900) // 3 AS 町名",
    "strftime(DATE '2025-04-01' + (hash(i * 41) % 365)::INT, '%Y/%m/%d') AS 受診日",
    "60 + hash(i * 43) % 60 AS 腹囲",
    "50 + hash(i * 47) % 60 AS 拡張期血圧",
    "round((hash(i * 53) % 3000) / 10.0, 1) AS 中性脂肪",
    "list_element(['-', '±', '+', '++'], 1 + (hash(i * 59) % 4)::INT) AS 尿糖",
    "hash(i * 61) % 100000 AS 点数",
)

_SUMMARIZE = """
import sys, duckdb
duckdb.sql("SET threads = 2")
duckdb.sql(f"SUMMARIZE FROM read_csv('{sys.argv[1]}')").fetchall()
"""
_PROFILE = """
import sys
import sudare
found = sudare.profile(sys.argv[1], threads=2, memory=sys.argv[2])
assert found.rows == int(sys.argv[3])
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "in.csv"
    cells = ", ".join(_COLUMNS[:COLUMNS])
    duckdb.sql(f"COPY (SELECT {cells} FROM range({ROWS}) t(i)) TO '{path}' (FORMAT csv, HEADER)")  # noqa: S608 - our own
    return path


def _told(name: str, cost: Cost, peer: Cost) -> str:
    return (
        f"{name:28} {cost.cpu:6.1f} CPU s  {cost.wall:6.1f} s  {cost.peak:6.0f} MiB"
        f"  {cost.cpu / peer.cpu:4.1f} x the summary's CPU\n"
    )


def test_a_profile_beside_a_bare_summary(table: Path, benchmark: Any, capsys: Any) -> None:
    peer = measured(_SUMMARIZE, str(table))
    ours = benchmark.pedantic(lambda: measured(_PROFILE, str(table), MEMORY, str(ROWS)), rounds=1)
    benchmark.extra_info.update(rows=ROWS, columns=COLUMNS, peer=vars(peer), ours=vars(ours))
    with capsys.disabled():
        sys.stdout.write(f"\n{ROWS:,} rows x {COLUMNS} columns, CSV, memory limit of the engine {MEMORY}\n")
        sys.stdout.write(_told("DuckDB SUMMARIZE", peer, peer))
        sys.stdout.write(_told("sudare profile", ours, peer))
