"""The page is typed by what the server declares, and the server answers as it declares."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import is_typeddict

from sudare.server import types
from sudare.server.catalogue import catalogue
from sudare.server.runs import Run
from sudare.server.view import view
from sudare.verbs import check

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted((ROOT / "toolkit" / "sudare" / "production").glob("*.sudare.yaml"))


def as_declared(kind: Any, told: Any) -> None:
    """Fail where plain data has a key too many, one too few, or a value of another kind."""
    for each in filter(is_typeddict, vars(types).values()):
        with_config(ConfigDict(extra="forbid", strict=True))(each)
    TypeAdapter(kind).validate_python(told)


def test_the_types_of_the_page_are_those_that_the_server_declares() -> None:
    written = (ROOT / "extension" / "src" / "types.ts").read_text(encoding="utf-8")
    assert written == types.typescript(), "run: python -m sudare.server.types extension/src/types.ts"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_catalogue_is_as_declared(lang: Any) -> None:
    as_declared(types.CatalogueTold, catalogue(lang))


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.name)
def test_the_reading_view_of_every_sample_is_as_declared(spec: Path) -> None:
    told = view(spec.read_text(encoding="utf-8"), spec, "ja")
    assert told["steps"]
    as_declared(types.ViewTold, told)


def test_the_reading_view_of_a_text_that_is_no_spec_is_as_declared(tmp_path: Path) -> None:
    told = view("title: [", tmp_path / "a.sudare.yaml", "en")
    assert told["problems"]
    as_declared(types.ViewTold, told)


def test_a_check_and_a_run_are_as_declared(tmp_path: Path) -> None:
    spec = tmp_path / SPECS[0].name
    shutil.copy(SPECS[0], spec)
    told = check(spec).to_dict("en")
    as_declared(types.CheckedTold, {key: told[key] for key in types.CheckedTold.__annotations__})
    as_declared(types.RunTold, Run("0123456789ab", "a.sudare.yaml", "a.csv", "out").to_dict())


def test_a_declaration_that_is_not_kept_is_seen() -> None:
    with pytest.raises(ValueError, match="code"):
        as_declared(types.ProblemTold, {"where": "", "message": ""})
    with pytest.raises(ValueError, match="now"):
        as_declared(types.ProblemTold, {"code": "", "where": "", "message": "", "now": ""})
