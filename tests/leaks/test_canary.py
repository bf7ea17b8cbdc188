from __future__ import annotations

import base64
import html
import json
import quopri
import random
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from leaks.canary import AS_READ, PLANTED, TOKENS, Search, search_for
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
    "euc-jp": lambda value: value.encode("euc-jp", "backslashreplace"),
    "iso-2022-jp": lambda value: value.encode("iso2022_jp"),
    "html in hexadecimal": lambda value: "".join(f"&#x{ord(sign):x};" for sign in value).encode(),
    "html in ASCII": lambda value: html.escape(value).encode("ascii", "xmlcharrefreplace"),
    "mail": lambda value: quopri.encodestring(value.encode()).replace(b"=\n", b""),
    "bytes of Python": lambda value: repr(value.encode()).encode(),
    "bytes of cp932": lambda value: repr(value.encode("cp932")).encode(),
    "url of cp932": lambda value: quote(value.encode("cp932"), safe="").encode(),
    "base64 of cp932": lambda value: base64.b64encode(b"xyz" + value.encode("cp932")),
    "hex of cp932": lambda value: value.encode("cp932").hex().encode(),
    "hex apart": lambda value: value.encode().hex(" ").encode(),
    "without spaces, in other widths": lambda value: "".join(unicodedata.normalize("NFKC", value).split()).encode(),
    "a dump of Python": lambda value: repr([value]).encode(),
}


def test_there_are_forty_values_at_least_and_none_stands_in_another() -> None:
    assert len(PLANTED) == len(set(PLANTED.values())) >= 40
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


def test_no_form_of_a_value_is_found_by_chance() -> None:
    """Else a test fails one day that nobody broke: six digits did, within an ID made of random hexadecimal signs."""
    search = Search.of({**PLANTED, **AS_READ}, TOKENS, [bytes(range(100, 132))])
    dice = random.Random(1)  # noqa: S311 - noise, not secrets
    noise = dice.randbytes(1 << 17)
    by_chance = [
        noise,
        noise.hex().encode(),
        base64.b64encode(noise),
        b" ".join(noise[n : n + 8].hex().encode() for n in range(0, len(noise), 8)),
    ]
    for content in by_chance:
        assert search.in_bytes(content, "noise") == []
    for form in search.needles.values():
        # Of 16 signs, 14 in a row; of 64 or more, seven: once in 10^12 places.
        assert len(form) >= (14 if re.fullmatch(rb"[0-9a-fA-F ]+", form) else 6)
    assert {name for name, _ in search.numbers} >= {"my number", "steps a day"}


@pytest.mark.parametrize("around", ['"{}"', "<td>{}</td>", "n={};", ",{},", "{}"])
def test_a_bare_number_is_found_outside_hashes_and_ids_only(around: str) -> None:
    search = Search.of({"steps": PLANTED["steps a day"]}, {})
    number = PLANTED["steps a day"]
    assert search.numbers
    assert search.in_text(around.format(number), "a text")
    for made in (f"3fa9{number}c0de55", f"e92d4481-0604-1050-a{number[:3]}-{number}f0a1b"):
        assert search.in_text(around.format(made), "an ID") == []


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08", b"PK\x03\x04", b"PAR1", b"\x28\xb5\x2f\xfd"])
def test_a_packed_file_is_told_since_nothing_can_be_found_in_it(start: bytes) -> None:
    assert Search.of({}, {}).in_bytes(start + b"rest", "a file")


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
    assert found - set(AS_READ) == {*PLANTED, "age", "key"}
    assert search.in_text(text([innocent(number) for number in range(500)]), "innocent") == []
