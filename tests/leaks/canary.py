"""Twenty planted values and the key, and the search that finds them in whatever a run leaves, however written."""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from sudare.keystore import KeyName, KeyStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

KEY = "canary-a@2026"

NAME, KANA, NAME_2 = "鵺野　萬里江", "ヌエノ　マリエ", "艸薙　ひばり子"
STREET, NOWHERE = "一番町四丁目8921番地77", "謎ヶ原村字うつぼ3417"
PHONE, FAX = "090-7316-5528", "089-917-36482"
MAIL, MAIL_2 = "nueno.marie@kanarya.example", "hibari+77@kusanagi.example"
NUMBER, NUMBER_2 = "284615937049", "617290483518"
CODE, CODE_2 = "Q7X-558213", "Q7X-558947"
BORN = "明治39年11月23日"
TALL = "4871.3"
MAPPED, HIDDEN, DELETED = "ヌーナン・レックリングハウゼン症", "進行性骨化性線維異形成症", "初代鵜飼筆頭職"
NOTE, NOTE_2 = "隣家の喜平次に預けた<鍵&合図>", "ぬえのまりえ様は長女と同居"
OLD = "1163"  # an age that nobody has, so that it stands nowhere by chance

PLANTED: dict[str, str] = {
    "name": NAME,
    "kana": KANA,
    "second name": NAME_2,
    "street": STREET,
    "place that is none": NOWHERE,
    "phone": PHONE,
    "fax": FAX,
    "mail": MAIL,
    "second mail": MAIL_2,
    "my number": NUMBER,
    "second my number": NUMBER_2,
    "linking code": CODE,
    "second linking code": CODE_2,
    "day of birth": BORN,
    "height": TALL,
    "key of map-values": MAPPED,
    "value of suppress-cells": HIDDEN,
    "value of delete-records": DELETED,
    "note": NOTE,
    "second note": NOTE_2,
}
TOKENS = {"age": OLD}
_SHORTEST_ENCODED = 6  # bytes; the encoded form of less would be found by chance


def forms(value: str) -> dict[str, bytes]:
    """Return a value as it may be written, by the name of the encoding; forms that are alike stand once."""
    found: dict[str, bytes] = {}
    for name in ("utf-8", "cp932", "euc-jp", "utf-16-le", "utf-16-be"):
        try:
            found[name] = value.encode(name)
        except UnicodeEncodeError:  # a sign that the encoding lacks cannot leak through it
            continue
    found["normalised"] = "".join(unicodedata.normalize("NFKC", value).split()).encode()
    found["html"] = html.escape(value).encode()
    found["html numbers"] = "".join(f"&#{ord(sign)};" for sign in value).encode()
    found["json"] = json.dumps(value)[1:-1].encode()
    found["repr"] = repr(value)[1:-1].encode()
    found["json, capitals"] = re.sub(
        r"\\u[0-9a-f]{4}", lambda code: "\\u" + code[0][2:].upper(), json.dumps(value)[1:-1]
    ).encode()
    found["url"] = quote(value, safe="").encode()
    found["url, small"] = re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), quote(value, safe="")).encode()
    found["form"] = quote_plus(value).encode()
    found |= {name: data for name, data in of_bytes(value.encode()).items() if len(value.encode()) >= _SHORTEST_ENCODED}
    distinct: dict[bytes, str] = {}
    for name, data in found.items():
        distinct.setdefault(data, name)
    return {name: data for data, name in distinct.items()}


def of_bytes(data: bytes) -> dict[str, bytes]:
    """Return the forms of bytes: in hexadecimal, and in base64 wherever they begin in a longer text."""
    found = {"hex": data.hex().encode(), "hex, capitals": data.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + data)
        # The signs at both ends also depend on what stands before and after.
        inner = whole[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
        found[f"base64+{shift}"] = inner
        found[f"base64url+{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


@dataclass
class Search:
    """Looks for every planted value in every form. `looked` counts files and bytes, so that a test can say how many."""

    needles: dict[tuple[str, str], bytes] = field(default_factory=dict)
    tokens: dict[str, re.Pattern[bytes]] = field(default_factory=dict)
    looked: int = 0
    size: int = 0

    @classmethod
    def of(cls, values: Mapping[str, str], tokens: Mapping[str, str], secrets: Sequence[bytes] = ()) -> Search:
        """Take texts, numbers that count as whole words only, and secret bytes."""
        needles = {(name, form): data for name, value in values.items() for form, data in forms(value).items()}
        for secret in secrets:
            needles[("key", "raw")] = secret
            needles |= {("key", form): data for form, data in of_bytes(secret).items()}
        words = {
            name: re.compile(rb"(?<![0-9A-Za-z.])" + value.encode() + rb"(?![0-9A-Za-z])")
            for name, value in tokens.items()
        }
        return cls(needles, words)

    def in_bytes(self, content: bytes, place: str) -> list[str]:
        """Return what stands in some bytes, as lines that name the place, the value and its form."""
        self.looked += 1
        self.size += len(content)
        found = [f"{place}: {name} as {form}" for (name, form), data in self.needles.items() if data in content]
        return found + [f"{place}: {name} as a word" for name, word in self.tokens.items() if word.search(content)]

    def in_text(self, text: str, place: str) -> list[str]:
        """Return what stands in a text."""
        return self.in_bytes(text.encode("utf-8", "surrogateescape"), place)

    def in_folder(self, folder: Path) -> list[str]:
        """Return what stands in any file below a folder, hidden ones too, or in the name of one."""
        return [line for path in sorted(folder.rglob("*")) for line in self._in_path(path, folder)]

    def _in_path(self, path: Path, folder: Path) -> Iterator[str]:
        place = str(path.relative_to(folder))
        yield from self.in_text(place, f"the name {place}")
        if path.is_file():
            yield from self.in_bytes(path.read_bytes(), place)


def search_for(keys: Path) -> Search:
    """Return the search for the planted values and the key of a store."""
    [file] = keys.glob("*.key")
    return Search.of(PLANTED, TOKENS, [bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))["secret"])])


def new_key(keys: Path) -> None:
    """Make the key of the spec."""
    KeyStore(keys).new(KeyName.parse(KEY))
