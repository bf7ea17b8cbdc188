"""A whole run beside a bare DuckDB copy of the same file, in the same test run: `python -m pytest tests/bench`."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from bench.measured_process import Cost, measured

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
ROWS = int(os.environ.get("SUDARE_BENCH_ROWS", "1000000"))

# Twelve columns like a register's: codes with leading zeros, names, addresses, dates, numbers, categories.
_TABLE = """
COPY (SELECT
  format('{:08d}', i) AS 管理番号,
  '山田' || (hash(i) % 100000) || '子' AS 氏名,
  list_element(['愛媛県松山市', '愛媛県今治市', '広島県呉市', '香川県高松市', '高知県高知市'], 1 + (hash(i * 3) % 5)::INT)
    || '本町' || (hash(i * 5) % 900) || '番地' AS 住所,
  strftime(DATE '1935-01-01' + (hash(i * 7) % 22000)::INT, '%Y-%m-%d') AS 生年月日,
  list_element(['男', '女'], 1 + (hash(i * 11) % 2)::INT) AS 性別,
  40 + hash(i * 13) % 60 AS 年齢,
  round(140 + (hash(i * 17) % 450) / 10.0, 1) AS 身長,
  round(40 + (hash(i * 19) % 600) / 10.0, 1) AS 体重,
  90 + hash(i * 23) % 80 AS 血圧,
  round(4.5 + (hash(i * 29) % 45) / 10.0, 1) AS HbA1c,
  list_element(['はい', 'いいえ', ''], 1 + (hash(i * 31) % 3)::INT) AS 喫煙,
  list_element(['情報提供', '動機付け支援', '積極的支援'], 1 + (hash(i * 37) % 3)::INT) AS 判定
FROM range({rows}) t(i)) TO '{path}' (FORMAT csv, HEADER)
"""

_SPEC = """sudare: 1
title: 速さを測るための表
key: bench@1
input:
  encoding: utf-8
  columns:
    - {name: 管理番号, kind: linking-code}
    - {name: 氏名, kind: direct-identifier}
    - {name: 住所}
    - {name: 生年月日, type: date}
    - {name: 性別}
    - {name: 年齢, type: integer, unit: 歳}
    - {name: 身長, type: decimal, unit: cm}
    - {name: 体重, type: decimal, unit: kg}
    - {name: 血圧, type: integer}
    - {name: HbA1c, type: decimal}
    - {name: 喫煙}
    - {name: 判定}
steps:
  - {technique: delete-column, columns: [氏名], standards: [1], because: 識別}
  - {technique: pseudonymize, columns: [管理番号], domain: 受診者, as: 仮ID, standards: [3], because: 連結}
  - {technique: address-to-municipality, columns: [住所], ambiguous: suppress, unresolved: suppress, standards: [1], because: 所在}
  - {technique: date-precision, columns: [生年月日], to: year, standards: [1], because: 日は不要}
  - {technique: bin, columns: [年齢], edges: [50, 60, 70, 80, 90], standards: [4], because: 高齢}
  - {technique: round, columns: [身長, 体重], base: 5, standards: [5], because: 丸め}
  - {technique: top-code, columns: [HbA1c], at_least: 8, minimum_group: 5, strata: [性別], standards: [5], because: 上側}
  - {technique: suppress-cells, columns: [血圧], where: {column: 血圧, at_least: 165}, standards: [5], because: 上側}
  - {technique: map-values, columns: [判定], table: {情報提供: なし, 動機付け支援: あり, 積極的支援: あり}, standards: [5], because: 少数}
  - {technique: keep, columns: [性別, 喫煙], standards: [1], because: 単独では識別しない}
checks:
  - {measure: k-anonymity, columns: [性別, 年齢, 住所], at_least: 5}
output: {format: FORMAT}
"""

_COPY = """
import sys, duckdb
duckdb.sql("SET threads = 2")
duckdb.sql(f"COPY (FROM read_csv('{sys.argv[1]}', all_varchar = true)) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""
# CPU seconds by stage; a step is told of when it begins, and ends with the next or with the stage.
_IN_PROCESS = """
import sys, time, json
from pathlib import Path
from sudare.engines.engine import Engine
from sudare.execution import job as at_work
from sudare.keystore import KeyStore
from sudare.specs import read_spec
spec, source, keys, out = map(Path, sys.argv[1:5])
spent, now, at, charts, begun = {}, None, 0.0, 0.0, set()
def begin(name):
    global now, at
    begun.add(name)
    if now is not None:
        spent[now] = spent.get(now, 0.0) + time.process_time() - at
    now, at = name, time.process_time()
drawn = at_work.distribution
def timed(*given, **more):
    global charts
    start = time.process_time()
    made = drawn(*given, **more)
    charts += time.process_time() - start
    return made
at_work.distribution = timed
with Engine(out / "spill", threads=2) as engine:
    settle = engine.settle
    def settled(relation):
        begin("all steps worked out")
        return settle(relation)
    engine.settle = settled
    def tell(stage, share):
        if stage.en.startswith("step ") and stage.en not in begun:  # progress within a step tells of it again
            begin(stage.en)
    job = at_work.Job(read_spec(spec), source, engine=engine, store=KeyStore(keys), tell=tell)
    for name, stage in (("read", job.read), ("plan", job.process), ("check", job.check)):
        begin(name)
        stage()
    begin("order and write")
    job.write(out)
    begin(None)
spent["order and write"] -= charts
spent["distributions"] = charts
(out / "stages.json").write_text(json.dumps(spent))
"""
_COMMAND = """
import sys
from sudare.cli import main
main(["run", sys.argv[1], "--input", sys.argv[2], "--key-store", sys.argv[3], "--out", sys.argv[4], "--threads", "2"])
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    duckdb.sql(_TABLE.replace("{rows}", str(ROWS)).replace("{path}", str(folder / "in.csv")))
    from sudare.keystore import KeyName, KeyStore

    KeyStore(folder / "keys").new(KeyName.parse("bench@1"))
    for kind in ("csv", "parquet"):
        (folder / f"{kind}.sudare.yaml").write_text(_SPEC.replace("FORMAT", kind), encoding="utf-8")
    return folder


def _told(name: str, cost: Cost, copy: Cost) -> str:
    return (
        f"{name:34} {cost.cpu:6.1f} CPU s  {cost.wall:6.1f} s  {cost.peak:6.0f} MiB"
        f"  {cost.cpu / copy.cpu:4.1f} x the copy's CPU\n"
    )


def _stages(spent: dict[str, float], copy: Cost) -> str:
    return "".join(f"  {name:32} {cpu:6.2f} CPU s  {cpu / copy.cpu:29.2f} x\n" for name, cpu in spent.items())


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_run_beside_a_bare_copy(place: Path, kind: str, benchmark: Any, capsys: Any) -> None:
    copies = [measured(_COPY, str(place / "in.csv"), str(place / f"copy{n}.parquet")) for n in range(3)]
    copy = sorted(copies, key=lambda cost: cost.cpu)[1]
    out = place / f"inside-{kind}"
    out.mkdir()
    inside = measured(
        _IN_PROCESS, str(place / f"{kind}.sudare.yaml"), str(place / "in.csv"), str(place / "keys"), str(out)
    )
    stages = json.loads((out / "stages.json").read_text())

    def whole() -> Cost:
        return measured(
            _COMMAND, *(str(place / part) for part in (f"{kind}.sudare.yaml", "in.csv", "keys", f"command-{kind}"))
        )

    start = time.monotonic()
    command = benchmark.pedantic(whole, rounds=1)
    benchmark.extra_info.update(rows=ROWS, copy=vars(copy), inside=vars(inside), command=vars(command), stages=stages)
    for done in (
        *place.glob("copy*.parquet"),
        *(place / f"command-{kind}").glob("processed.*"),
        *out.glob("processed.*"),
    ):
        done.unlink()  # at ten million rows they are gigabytes
    with capsys.disabled():
        sys.stdout.write(f"\n{ROWS:,} rows x 12 columns, CSV to {kind} ({time.monotonic() - start:.0f} s)\n")
        sys.stdout.write(_told("DuckDB copy, CSV to Parquet", copy, copy))
        sys.stdout.write(_told("sudare, in this process", inside, copy) + _stages(stages, copy))
        sys.stdout.write(_told("sudare run (papermill, kernel)", command, copy))
