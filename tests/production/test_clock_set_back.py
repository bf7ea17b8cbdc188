from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sudare
from production.shifted_clock import ASKING, DAY, ShiftedPython, shifted_python
from production.small_register import desk
from production.the_command import contents, leftovers, once
from sudare.specs import read_spec
from sudare.specs.signatures import signed

if TYPE_CHECKING:
    from production.small_register import Desk

_ASKS = re.compile(r"\b(?:now|today|utcnow|localtime|gmtime)\(|\btime\.time(?:_ns)?\(")
_PROCESSES = ["sudare.cli", "sudare.production.child", "ipykernel_launcher"]


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> ShiftedPython:
    return ShiftedPython(once(tmp_path_factory, "shifted", shifted_python))


def lines(laid: Desk) -> list[dict[str, str]]:
    return [json.loads(line) for line in (laid.out / "run-log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_no_other_module_asks_for_the_time() -> None:
    """What a run gives depends on no clock: it is asked for the run log, for keys, for an approval's last day alone.

    Who decides at the desk decides today, and the server notes when a run began: neither is part of a run.
    """
    root = Path(sudare.__file__).parent
    asking = {
        "sudare." + ".".join(path.relative_to(root).with_suffix("").parts)
        for path in root.rglob("*.py")
        if _ASKS.search(path.read_text(encoding="utf-8"))
    }
    above = {name for name in asking if name.startswith(("sudare.design.", "sudare.server.", "sudare.widgets."))}
    assert asking - above <= set(ASKING)


@pytest.mark.slow
def test_a_clock_set_back_by_a_year_changes_no_byte_and_breaks_no_log(python: ShiftedPython, tmp_path: Path) -> None:
    laid = desk(tmp_path)
    earlier = len(python.seen.read_text(encoding="utf-8").splitlines()) if python.seen.exists() else 0
    assert python.sudare(*laid.arguments(), shift=0).returncode == 0
    files = contents(laid.out)
    (laid.out / ".sudare-run-from-the-future").mkdir()  # what a killed run left, dated later than the next run
    back = python.sudare(*laid.arguments(), shift=-400 * DAY)
    assert back.returncode == 0, back.stderr
    assert contents(laid.out) == files
    assert leftovers(laid.out) == []
    first, second = (datetime.fromisoformat(line["when"]) for line in lines(laid))
    assert timedelta(days=399) < first - second < timedelta(days=401)  # each line says what its own clock said
    verified = python.sudare("log", "verify", laid.out, "--json", shift=-400 * DAY)
    assert json.loads(verified.stdout) == {"ok": True, "problems": []}
    seen = [json.loads(line) for line in python.seen.read_text(encoding="utf-8").splitlines()[earlier:]]
    for shift in (0.0, -400.0 * DAY):  # all three processes had the clock
        assert [name for name, by in seen if by == shift][:3] == _PROCESSES


@pytest.mark.slow
def test_an_approval_holds_until_its_day_by_the_clock_of_the_run(python: ShiftedPython, tmp_path: Path) -> None:
    laid = desk(tmp_path)
    today = date.today()  # noqa: DTZ011 - as the office's clock says
    document = signed(read_spec(laid.spec), "山田", on=today, until=today + timedelta(days=30))
    laid.spec.write_text(document.text, encoding="utf-8", newline="\n")
    over = python.sudare(*laid.arguments(), shift=32 * DAY)
    assert over.returncode == 3
    assert over.stderr.startswith("[signature-expired] approvals[0]: ") or "\n[signature-expired] " in over.stderr
    assert set(contents(laid.out)) == {"receipt.json"}
    # The clock is the office's own: nothing remembers a later one. The log shows it: its times go back.
    assert python.sudare(*laid.arguments(), shift=0).returncode == 0
    times = [line["when"] for line in lines(laid)]
    assert [line["state"] for line in lines(laid)] == ["refused", "done"]
    assert times == sorted(times, reverse=True)


@pytest.mark.slow
def test_keys_of_a_later_clock_are_used_listed_and_stay_destroyed(python: ShiftedPython, tmp_path: Path) -> None:
    keys, name, later = ["--key-store", tmp_path / "keys"], "office@2026", "office@2027"
    assert python.sudare("key", "new", name, *keys, shift=0).returncode == 0
    assert python.sudare("key", "rotate", later, *keys, shift=-900 * DAY).returncode == 0
    listed = json.loads(python.sudare("key", "list", "--json", *keys, shift=-2000 * DAY).stdout)["keys"]
    assert [key["name"] for key in listed] == [name, later]
    assert listed[0]["created"] > listed[1]["created"]  # the later key seems to be the older one, and both are there
    assert python.sudare("key", "destroy", name, *keys, shift=400 * DAY).returncode == 0
    again = python.sudare("key", "new", name, *keys, shift=-400 * DAY)  # long before it was destroyed
    assert again.returncode == 3
    assert "[destroyed-key]" in again.stderr
