from __future__ import annotations

import hashlib
import json
import os
import shlex
from typing import TYPE_CHECKING

import pytest

from production.small_register import KEY, SPEC, desk, lines
from production.the_command import FILES, contents, environment, sudare
from sudare.cli import main
from sudare.production.log import append

if TYPE_CHECKING:
    from pathlib import Path

CHECK_KEYS = {"ok", "problems", "standards", "open"}


def called(*arguments: str | Path) -> int:
    """Call the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


# --- check


def test_check_of_a_good_spec_exits_0_with_the_documented_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path)
    assert called("check", laid.spec, "--input", laid.file, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= CHECK_KEYS
    assert told["ok"] is True
    assert told["problems"] == []
    assert set(told["standards"]) == {"1", "2", "3", "4", "5"}
    assert set(told["standards"]["3"]) == {"status", "columns"}
    assert told["standards"]["3"]["columns"] == ["カード番号"]
    assert all(set(point) == {"code", "where", "message"} for point in told["open"])


def test_check_of_a_bad_spec_exits_3_and_tells_every_fault_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path, SPEC.replace("edges:", "egdes:").replace("domain:", "domian:"))
    assert called("check", laid.spec, "--json", "--lang", "en") == 3
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    found = {(problem["code"], problem["where"]) for problem in told["problems"]}
    assert {("unknown-key", "steps[1]"), ("unknown-key", "steps[4]")} <= found
    messages = " ".join(problem["message"] for problem in told["problems"])
    assert "Did you mean 'edges'?" in messages
    assert "Did you mean 'domain'?" in messages


def test_check_says_when_a_file_does_not_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    laid.table(*[line.replace("令和", "霊和") for line in lines()])
    assert called("check", laid.spec, "--input", laid.file, "--json") == 3
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["code"], problem["where"]) == ("misfit", "input.columns[3]")


def test_check_speaks_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    assert called("check", laid.spec, "--lang", "en") == 0
    assert "It can be run." in capsys.readouterr().out
    assert called("check", laid.spec, "--lang", "ja") == 0
    assert "実行できます。" in capsys.readouterr().out


def test_check_without_a_file_is_a_wrong_call(tmp_path: Path) -> None:
    assert called("check", tmp_path / "nothing.yaml") == 2


# --- check with a policy


def test_check_keeps_the_policy_beside_the_spec_and_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path)
    (tmp_path / "sudare-policy.yaml").write_text("required: [proposal]\n", encoding="utf-8")
    assert called("check", laid.spec, "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert [(problem["code"], problem["where"]) for problem in told["problems"]] == [("policy-required", "proposal")]
    assert told["policy"]["file"] == "sudare-policy.yaml"
    assert len(told["policy"]["sha256"]) == 64
    (tmp_path / "mild.yaml").write_text("required: [unit]\n", encoding="utf-8")
    assert called("check", laid.spec, "--policy", tmp_path / "mild.yaml", "--lang", "en") == 0
    assert "policy: mild.yaml (SHA-256 " in capsys.readouterr().out


def test_a_run_with_a_policy_that_is_not_there_is_a_wrong_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path)
    assert called(*laid.arguments(), "--policy", tmp_path / "none.yaml") == 2
    assert "[no-such-file] --policy:" in capsys.readouterr().err
    assert not laid.out.exists()


@pytest.mark.slow
def test_a_run_against_the_policy_is_refused_and_one_that_keeps_it_says_so(tmp_path: Path) -> None:
    laid = desk(tmp_path)
    policy = tmp_path / "内規.yaml"
    policy.write_text("measures: [{measure: k-anonymity, at_least: 4}]\n", encoding="utf-8")
    stopped = sudare(*laid.arguments(), "--policy", policy, "--json", "--lang", "en")
    assert stopped.returncode == 3
    receipt = json.loads(stopped.stdout)
    assert [(problem["code"], problem["where"]) for problem in receipt["problems"]] == [("policy-measure", "checks[0]")]
    assert set(contents(laid.out)) == {"receipt.json"}
    policy.write_text("measures: [{measure: k-anonymity, at_least: 3}]\n", encoding="utf-8")
    done = sudare(*laid.arguments(), env=environment(SUDARE_POLICY=str(policy)))
    assert done.returncode == 0, done.stderr
    used = json.loads(contents(laid.out)["receipt.json"])["policy"]
    assert used == {"file": "内規.yaml", "sha256": hashlib.sha256(policy.read_bytes()).hexdigest()}
    assert used["sha256"] in contents(laid.out)["report.html"].decode()


# --- spec diff, spec upgrade


def test_spec_diff_tells_what_changed_and_exits_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = desk(tmp_path / "old").spec
    new = desk(
        tmp_path / "new", SPEC.replace("edges: [30, 50]", "edges: [30, 60]").replace("at_least: 3}", "at_least: 2}")
    ).spec
    assert called("spec", "diff", old, new, "--lang", "ja") == 0
    assert capsys.readouterr().out.splitlines() == [
        "第5手順 一般化（階級） bin（年齢）: 境目 30、50 → 30、60",
        "検査1 k-匿名性（住所、性別）: 下限 3 → 2（緩和）",
    ]
    assert called("spec", "diff", old, new, "--json", "--lang", "en") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"same", "changes", "approvals"}
    assert told["same"] is False
    assert told["changes"][1] == {
        "what": "check",
        "where": "checks[0].at_least",
        "code": "check-loosened",
        "message": "check 1, k-anonymity (住所, 性別): at least 3 → 2 (loosened)",
        "loosens": True,
    }
    assert called("spec", "diff", old, old, "--lang", "en") == 0
    assert capsys.readouterr().out == "Same content (comments and layout may differ).\n"


def test_spec_diff_of_what_is_no_spec_is_refused(tmp_path: Path) -> None:
    laid = desk(tmp_path)
    assert called("spec", "diff", laid.spec, laid.file) == 3
    assert called("spec", "diff", laid.spec, tmp_path / "none.yaml") == 2


def test_spec_upgrade_leaves_a_present_spec_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    before = laid.spec.read_bytes()
    assert called("spec", "upgrade", laid.spec, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["changed"], told["from"], told["to"]) == (False, 1, 1)
    assert called("spec", "upgrade", laid.spec, "--out", tmp_path / "copy.yaml", "--lang", "en") == 0
    assert "left as it is" in capsys.readouterr().out
    assert laid.spec.read_bytes() == (tmp_path / "copy.yaml").read_bytes() == before
    assert called("spec", "upgrade", laid.spec, "--out", tmp_path / "copy.yaml") == 1


# --- wrong calls


def test_an_engine_that_is_not_there_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid = desk(tmp_path)
    assert called(*laid.arguments(), "--engine", "spark") == 2
    assert "[engine-not-available] --engine: " in capsys.readouterr().err
    assert not laid.out.exists()


@pytest.mark.parametrize("more", [["--threads", "0"], ["--memory", "much"], ["--lang", "fr"], ["--what", "1"]])
def test_an_option_that_makes_no_sense_is_a_wrong_call(tmp_path: Path, more: list[str]) -> None:
    laid = desk(tmp_path)
    assert called(*laid.arguments(), *more) == 2
    assert not laid.out.exists()


def test_errors_speak_the_language_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDARE_LANG", "ja")
    assert called("run", tmp_path / "no", "--input", tmp_path / "no", "--out", tmp_path / "out", "--lang", "en") == 2
    assert "there is no file at SPEC" in capsys.readouterr().err


# --- key


def test_keys_are_made_listed_rotated_and_destroyed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--key-store", str(tmp_path / "keys"), "--json"]
    assert _asked(capsys, "key", "new", "町@2026", *store)["name"] == "町@2026"
    rotated = _asked(capsys, "key", "rotate", "町@2027", *store)
    listed = _asked(capsys, "key", "list", *store)["keys"]
    assert [key["name"] for key in listed] == ["町@2026", "町@2027"]
    assert {"name", "fingerprint", "created"} == set(listed[0])
    assert listed[1]["fingerprint"] == rotated["fingerprint"] != listed[0]["fingerprint"]
    gone = _asked(capsys, "key", "destroy", "町@2026", *store)
    assert gone["fingerprint"] == listed[0]["fingerprint"]
    assert [key["name"] for key in _asked(capsys, "key", "list", *store)["keys"]] == ["町@2027"]


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[dict[str, str]] | str]:
    main_exit = 0
    try:
        main(list(arguments))
    except SystemExit as ended:
        main_exit = int(ended.code or 0)
    assert main_exit == 0
    told: dict[str, list[dict[str, str]] | str] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["new", "library-a@2026"], "key-exists"),
        (["new", "no-period"], "bad-key-name"),
        (["destroy", "library-c@2026"], "missing-key"),
        (["rotate", "library-c@2027"], "nothing-to-rotate"),
    ],
)
def test_a_key_command_that_must_not_be_done_exits_3_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    laid = desk(tmp_path)
    assert called("key", *arguments, "--key-store", laid.keys) == 3
    assert f"[{code}]" in capsys.readouterr().err


def test_the_key_store_of_the_environment_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = desk(tmp_path)
    monkeypatch.setenv("SUDARE_KEY_STORE", str(laid.keys))
    listed = _asked(capsys, "key", "list", "--json")["keys"]
    assert [key["name"] for key in listed] == [KEY]  # type: ignore[index]  # a list, under "keys"


# --- schema, help


def test_an_error_before_a_run_is_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laid = desk(tmp_path)
    asked = ("run", laid.spec, "--input", tmp_path / "none.csv", "--out", tmp_path / "out", "--lang", "en", "--json")
    assert called(*asked) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "error"
    assert [(p["code"], p["where"]) for p in told["problems"]] == [("no-such-file", "--input")]
    assert called("schema", "--json") == 0


def test_the_schema_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert called("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["type"] == "object"
    assert {"sudare", "title", "input", "steps"} <= set(schema["properties"])


@pytest.mark.parametrize("command", ["run", "check", "demo", "schema", "key", "spec", "log"])
def test_every_command_explains_itself_in_both_languages(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(command, "--help") == 0
    about = capsys.readouterr().out
    assert " / " in about


# --- log verify


def _log(folder: Path) -> list[str]:
    """Make a log of four runs."""
    folder.mkdir()
    for number in range(4):
        append(folder, {"run": f"{number:016}", "state": "done"})
    return (folder / "run-log.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: lines, None),
        (lambda lines: [lines[0].replace("done", "gone"), *lines[1:]], 2),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[1], lines[1], *lines[2:]], 3),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 2),
        (lambda lines: [*lines[:3], "これは行ではない\n"], 4),
    ],
)
def test_log_verify_notices_a_changed_removed_or_inserted_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: object, broken: int | None
) -> None:
    folder = tmp_path / "log"
    lines = _log(folder)
    changed = "".join(change(lines))  # type: ignore[operator]  # a function, above
    (folder / "run-log.jsonl").write_text(changed, encoding="utf-8", newline="\n")
    assert called("log", "verify", folder, "--json") == (0 if broken is None else 3)
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (broken is None)
    assert [p["where"] for p in told["problems"]][:1] == ([] if broken is None else [f"run-log.jsonl:{broken}"])


def test_a_folder_without_a_log_is_not_called_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called("log", "verify", tmp_path) == 3
    assert "[no-log]" in capsys.readouterr().err


# --- demo


@pytest.mark.slow
def test_the_demo_runs_twice_and_keeps_a_changed_spec(tmp_path: Path) -> None:
    out = tmp_path / "見本 demo"
    first = sudare("demo", "--out", out, "--json", "--lang", "en")
    assert first.returncode == 0, first.stderr
    receipt = json.loads(first.stdout)
    assert receipt["state"] == "done"
    assert set(contents(out / "out")) == set(FILES)
    assert {path.name for path in out.iterdir()} == {"input.csv", "demo.sudare.yaml", "keys", "out"}
    spec = out / "demo.sudare.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("below: 5", "below: 6"), encoding="utf-8", newline="\n")
    changed, table = spec.read_bytes(), (out / "input.csv").read_bytes()
    second = sudare("demo", "--out", out, "--lang", "en")
    assert second.returncode == 0, second.stderr
    again = json.loads((out / "out" / "receipt.json").read_text(encoding="utf-8"))
    assert spec.read_bytes() == changed
    assert (out / "input.csv").read_bytes() == table
    assert again["spec"] != receipt["spec"]
    assert again["keys"] == receipt["keys"]
    assert again["input"] == receipt["input"]
    [command] = [line for line in second.stdout.splitlines() if line.strip().startswith("sudare run ")]
    _printed_command_names(out, command)


def _printed_command_names(out: Path, command: str) -> None:
    """The command that the demo prints can be pasted as it stands, spaces in the path and all."""
    name, verb, spec, *options = [part.strip('"') for part in shlex.split(command, posix=os.name != "nt")]
    assert (name, verb, spec) == ("sudare", "run", str(out / "demo.sudare.yaml"))
    places = dict(zip(options[::2], options[1::2], strict=True))
    assert places == {
        "--input": str(out / "input.csv"),
        "--out": str(out / "out"),
        "--key-store": str(out / "keys"),
    }
