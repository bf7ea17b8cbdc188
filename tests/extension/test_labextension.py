"""What the package brings to JupyterLab: words in both languages, settings that are explained, and after a build the page."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "extension"
LOCALE = ROOT / "toolkit" / "sudare" / "locale" / "ja_JP" / "LC_MESSAGES" / "sudare.json"
_SAID = re.compile(r"trans\s*\.__\(\s*'((?:[^'\\]|\\.)*)'|trans\._n\(\s*'([^']*)'")

_COUNTED = re.compile(r"trans\._n\(\s*'([^']*)'")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def said() -> set[str]:
    """Return every English text that the page says."""
    sources = [path.read_text(encoding="utf-8") for path in EXTENSION.glob("src/**/*.ts*")]
    return {(one or other).replace("\\'", "'") for text in sources for one, other in _SAID.findall(text)}


def explained(node: Any) -> set[str]:
    """Return every title and description in a settings schema."""
    if not isinstance(node, dict):
        return set()
    own = {node[key] for key in ("title", "description") if isinstance(node.get(key), str)}
    return own.union(*(explained(part) for part in node.get("properties", {}).values()))


def test_every_text_of_the_page_is_said_in_japanese_and_none_is_left_over() -> None:
    told = {key for key in read(LOCALE) if key and "\x04" not in key}
    assert len(told) > 60
    assert told == said()


def test_every_setting_is_explained_in_both_languages() -> None:
    schema = read(EXTENSION / "schema" / "plugin.json")
    assert all({"title", "description", "default"} <= set(part) for part in schema["properties"].values())
    told = {key.removeprefix("schema\x04") for key in read(LOCALE) if key.startswith("schema\x04")}
    assert told == explained(schema)


def test_placeholders_are_kept_and_nothing_is_said_in_english_twice() -> None:
    for key, forms in read(LOCALE).items():
        if key:
            assert sorted(re.findall("%[0-9]", key)) == sorted(re.findall("%[0-9]", forms[0])), key
            assert forms[0] not in ("", key)


def test_a_text_with_a_plural_has_two_forms_without_which_lab_passes_it_over() -> None:
    counted = {
        key for path in EXTENSION.glob("src/**/*.ts*") for key in _COUNTED.findall(path.read_text(encoding="utf-8"))
    }
    assert counted
    assert {key for key, forms in read(LOCALE).items() if key and len(forms) > 1} == counted


def test_lab_takes_the_words_over_only_under_this_name_of_the_language() -> None:
    assert read(LOCALE)[""] == {
        "domain": "sudare",
        "language": "ja-JP",
        "plural_forms": "nplurals=1; plural=0;",
        "version": "0.1.0",
    }


def test_page_and_package_have_one_version_and_the_lock_file_holds_no_address() -> None:
    assert read(EXTENSION / "package.json")["version"] == version("sudare")
    assert "http" not in (EXTENSION / ".yarnrc.yml").read_text(encoding="utf-8")
    assert "://" not in (EXTENSION / "yarn.lock").read_text(encoding="utf-8")


def test_installing_the_package_enables_the_part_of_the_server() -> None:
    enabled = read(EXTENSION / "server-config" / "sudare.json")
    assert enabled == {"ServerApp": {"jpserver_extensions": {"sudare.server": True}}}


@pytest.mark.extension
def test_the_built_page_is_the_release_and_names_its_parts() -> None:
    built = EXTENSION / "labextension"
    told = read(built / "package.json")["jupyterlab"]["_build"]
    assert told["extension"] == "./extension"
    assert told["mimeExtension"] == "./mimeExtension"
    assert (built / "static" / Path(told["load"]).name).is_file()
    assert (built / "schemas" / "sudare" / "plugin.json").is_file()
    assert list(built.rglob("*.map")) == []


@pytest.mark.extension
def test_the_built_page_stays_small_and_names_no_outside_address_to_load_from() -> None:
    scripts = list((EXTENSION / "labextension" / "static").glob("*.js"))
    assert sum(path.stat().st_size for path in scripts) < 1_500_000
    ours = "".join(path.read_text(encoding="utf-8") for path in (EXTENSION / "lib").rglob("*.js"))
    assert set(re.findall(r"https?://[^\s'\"`<>]+", ours)) == {
        "http://www.w3.org/2000/svg",
        "https://events.sudare.invalid/run",
    }
