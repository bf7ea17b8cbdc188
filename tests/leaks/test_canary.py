from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from leaks.canary import PLANTED, Search, search_for
from leaks.planted_register import innocent, shelf, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Written here once more, by other means than the search's own, so that the one proves the other.
WRITERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda value: value.encode("utf-8"),
    "cp932": lambda value: value.encode("cp932"),
    "utf-16-le": lambda value: value.encode("utf-16-le"),
    "utf-16-be": lambda value: value.encode("utf-16-be"),
    "utf-16 with its mark": lambda value: value.encode("utf-16"),
    "base64": lambda value: base64.b64encode(value.encode()),
    "base64 after one byte": lambda value: base64.b64encode(b"x" + value.encode() + b" and more"),
    "base64 after two bytes": lambda value: base64.b64encode(b"xy" + value.encode() + b" and more"),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(b"xyz" + value.encode()),
    "hex": lambda value: value.encode().hex().encode(),
    "hex in capitals": lambda value: value.encode().hex().upper().encode(),
    "url": lambda value: quote(value, safe="").encode(),
    "url in small letters": lambda value: "".join(
        sign
        if (sign.isascii() and sign.isalnum()) or sign in "-._~"
        else "".join(f"%{byte:02x}" for byte in sign.encode())
        for sign in value
    ).encode(),
    "html": lambda value: f"<td>{html.escape(value)}</td>".encode(),
    "json": lambda value: json.dumps({"value": value}).encode(),
    "json as it is": lambda value: json.dumps({"value": value}, ensure_ascii=False).encode(),
    "a dump of Python": lambda value: repr([value]).encode(),
}


def test_there_are_twenty_values_and_none_stands_in_another() -> None:
    assert len(PLANTED) == 20
    assert len(set(PLANTED.values())) == 20
    assert all(a not in b for a in PLANTED.values() for b in PLANTED.values() if a != b)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", PLANTED)
def test_the_search_finds_every_value_in_every_form(tmp_path: Path, name: str, writer: str) -> None:
    value = PLANTED[name]
    written = WRITERS[writer](value)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / ".hidden").write_bytes(b"something before" + written + b"something after")
    found = Search.of({name: value}, {}).in_folder(tmp_path)
    assert found, f"{name} as {writer}"
    assert found[0].startswith("deep/er/.hidden: ")


@pytest.mark.parametrize("shift", range(3))
def test_the_search_finds_the_key_in_every_form(shift: int) -> None:
    secret = bytes(range(100, 132))
    search = Search.of({}, {}, [secret])
    around = b"k" * shift + secret + b"rest"
    for written in (around, around.hex().encode(), around.hex().upper().encode(), base64.b64encode(around)):
        assert search.in_bytes(written, "memory")
    assert search.in_bytes(base64.urlsafe_b64encode(around), "memory")


def test_a_value_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{PLANTED['name']}.txt").write_bytes(b"")
    assert Search.of(PLANTED, {}).in_folder(tmp_path)


def test_a_short_number_counts_as_a_word_only() -> None:
    search = Search.of({}, {"age": "1163"})
    assert search.in_text("年齢は1163です", "a text")
    assert search.in_text('{"age": 1163}', "a text")
    assert search.in_text("9f116301ab 21163", "a text") == []


def test_the_planted_file_holds_every_value_and_the_innocent_one_none(tmp_path: Path) -> None:
    laid = shelf(tmp_path)
    search = search_for(laid.keys)
    found = {line.split(": ", maxsplit=1)[1].split(" as ")[0] for line in search.in_folder(laid.file.parent)}
    assert found == {*PLANTED, "age", "key"}
    assert search.in_text(text([innocent(number) for number in range(500)]), "innocent") == []
