"""The small-count limit can be made stricter by the environment, never looser, and all rooms tell counts by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sudare.errors import UsageError
from sudare.limits import VARIABLE, limit_in, refuse_bad_limit

_LOOK = """
import json
import pyarrow as pa
import sudare
from sudare.design.squares import LIMIT as squares
from sudare.measures.verdicts import FEW, count_no_more_than
from sudare.tables import excel_writing, writing
from sudare.techniques.technique import told
table = pa.table({"判定": ["A"] * 100 + ["B"] * 12})
[column] = sudare.profile(table).columns
print(json.dumps({
    "frequent": [one.count for one in column.frequent],
    "told": told(12),
    "verdict": count_no_more_than(12, 20).value,
    "limits": [squares, FEW, writing.SMALL_COUNT, excel_writing.SMALL_COUNT],
}))
"""


def python(source: str, limit: str | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the variable set: the limit is read once, as a new kernel starts."""
    kept = {name: value for name, value in os.environ.items() if name != VARIABLE}
    environment = {**kept, "PYTHONUTF8": "1", **({} if limit is None else {VARIABLE: limit})}
    command = [sys.executable, *(["-c", source] if source else []), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_a_count_of_twelve_is_told_at_ten_and_hidden_at_twenty() -> None:
    usual = json.loads(python(_LOOK, None).stdout)
    assert usual == {"frequent": [100, 12], "told": "12", "verdict": 12, "limits": [10, 10, 10, 10]}
    strict = json.loads(python(_LOOK, "20").stdout)
    assert 12 not in strict["frequent"]
    assert {key: strict[key] for key in ("told", "verdict", "limits")} == {
        "told": "<20",
        "verdict": "<20",
        "limits": [20, 20, 20, 20],
    }


@pytest.mark.parametrize("limit", ["9", "0", "-20", "2O", "10.5", "1001", "²0", "二十"])
def test_what_is_no_number_from_ten_to_a_thousand_is_no_limit(limit: str) -> None:
    assert limit_in(limit) is None


def test_the_command_says_so_before_it_does_anything_and_python_warns() -> None:
    refused = python("", "9", "-m", "sudare.cli", "check", "none.yaml", "--lang", "en")
    assert refused.returncode == 2
    assert "bad-small-counts" in refused.stderr
    assert "no-such-file" not in refused.stderr
    warned = python("import sudare.profiles; print(sudare.profiles.LIMIT)", "9")
    assert (warned.stdout.strip(), warned.returncode) == ("10", 0)
    assert "bad-small-counts" in warned.stderr


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " ")
    refuse_bad_limit()
    monkeypatch.setenv(VARIABLE, "x")
    with pytest.raises(UsageError) as refused:
        refuse_bad_limit()
    assert [one.code for one in refused.value.problems] == ["bad-small-counts"]
