"""The environment for Binder: what repo2docker reads of it is there, installs this package, and names no address."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from sudare.reports.notebooks import FOLDER

ROOT = FOLDER.parent
BINDER = ROOT / "binder"


def test_the_files_are_those_that_repo2docker_reads() -> None:
    assert {path.name for path in BINDER.iterdir()} == {"postBuild", "requirements.txt", "runtime.txt", "start"}
    version = re.fullmatch(r"python-3\.(\d+)\n", (BINDER / "runtime.txt").read_text(encoding="utf-8"))
    assert version
    assert 11 <= int(version[1]) <= 13


def test_what_is_installed_first_agrees_with_the_extra() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        extra = set(tomllib.load(file)["project"]["optional-dependencies"]["lab"])
    lines = (BINDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert {line for line in lines if not line.startswith("#")} <= extra


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_a_script_stops_at_the_first_fault_and_names_only_files_that_are_there(name: str) -> None:
    text = (BINDER / name).read_bytes().decode("utf-8")
    assert text.startswith("#!/bin/bash\n")
    assert "\r" not in text
    assert "://" not in text
    assert name == "start" or "set -euo pipefail" in text
    for path in re.findall(r"(?<![\w/.-])(?:toolkit|notebooks|binder)/[\w./-]+", text):
        assert (ROOT / path).is_file(), path


def test_lab_fetches_no_news_there_and_nowhere_else() -> None:
    path = ROOT / "toolkit/sudare/cli/quiet/labconfig/default_setting_overrides.json"
    settings = json.loads(path.read_text(encoding="utf-8"))["@jupyterlab/apputils-extension:notification"]
    assert settings["fetchNews"] == "false"
    assert settings["checkForUpdates"] is False
