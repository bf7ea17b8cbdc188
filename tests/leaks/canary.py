"""Forty planted values and the key, and the search that finds them in whatever a run leaves, however written."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import quopri
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

NAME, KANA, ROMAJI = "鵺野　萬里江", "ヌエノ　マリエ", "NUENO Marie-Xanthe"
NAME_2, SHORT, SHORT_KANA = "艸薙　ひばり子", "范　七", "ハン　シチ"
STREET, NOWHERE, POSTAL = "一番町四丁目8921番地77", "謎ヶ原村字うつぼ3417", "799-3127"
NORTH, EAST = "33.8417263", "132.7659418"
PHONE, FAX = "090-7316-5528", "089-917-36482"
MAIL, MAIL_2 = "nueno.marie@kanarya.example", "hibari+77@kusanagi.example"
NUMBER, NUMBER_2 = "284615937049", "617290483518"
CARD, PASSPORT, RESIDENCE = "4929 1573 8046 2218", "TK7306158", "QX58213947KD"
CODE, CODE_2 = "Q7X-558213", "Q7X-558947"
BORN, BORN_2, BORN_3 = "明治39年11月23日", "S14.8.27", "1931/12/19"
ENTERED, VISITED = "令和5年7月19日", "2022-03-14 15:09:26"
TALL, HEAVY, ROUND, PRESSURE, STEPS = "4871.36", "3127.46", "77123.94", "98413.7286", "8831407"
MAPPED, HIDDEN = "ヌーナン・レックリングハウゼン症", "進行性骨化性線維異形成症"
DELETED, DELETED_2, NOWHERE_FOUND = "初代鵜飼筆頭職", "宮中雅楽寮伶人", "式年遷宮御杣頭"
EMPLOYER, SCHOOL, ISLAND = "株式会社鵺鳥精機堂", "私立鵠沼虎杖学舎", "孤島ノ沖字鯨"
DOCTOR, FINDING, NOBODY = "鸛巣　鉦太郎", "右下肢鯨尾様骨突起", "蟒塚　苫吉"
NOTE, NOTE_2 = "隣家の喜平次に預けた<鍵&合図>", "ぬえのまりえ様は長女と同居"
OLD = "1163"  # an age that nobody has, so that it stands nowhere by chance

PLANTED: dict[str, str] = {
    "name": NAME,
    "kana": KANA,
    "romaji": ROMAJI,
    "second name": NAME_2,
    "short name": SHORT,
    "short kana": SHORT_KANA,
    "street": STREET,
    "place that is none": NOWHERE,
    "postal code": POSTAL,
    "latitude": NORTH,
    "longitude": EAST,
    "phone": PHONE,
    "fax": FAX,
    "mail": MAIL,
    "second mail": MAIL_2,
    "my number": NUMBER,
    "second my number": NUMBER_2,
    "card number": CARD,
    "passport": PASSPORT,
    "residence card": RESIDENCE,
    "linking code": CODE,
    "second linking code": CODE_2,
    "day of birth": BORN,
    "day of birth in letters": BORN_2,
    "day of birth in figures": BORN_3,
    "day of entry": ENTERED,
    "time of a visit": VISITED,
    "height": TALL,
    "weight": HEAVY,
    "waist": ROUND,
    "blood pressure": PRESSURE,
    "steps a day": STEPS,
    "key of map-values": MAPPED,
    "value of suppress-cells": HIDDEN,
    "value of delete-records": DELETED,
    "second value of delete-records": DELETED_2,
    "value of delete-records that the table lacks": NOWHERE_FOUND,
    "leaf of a tree of groups": EMPLOYER,
    "leaf of a hierarchy file": SCHOOL,
    "value of a small class": ISLAND,
    "identifier in a second table": DOCTOR,
    "rare value in a second table": FINDING,
    "record of a second table that belongs to nobody": NOBODY,
    "note": NOTE,
    "second note": NOTE_2,
}
# How the toolkit itself writes what it read of those; the file holds none of these.
AS_READ = {
    "day of birth, read": "1906-11-23",
    "day of birth in letters, read": "1939-08-27",
    "day of birth in figures, read": "1931-12-19",
    "day of entry, read": "2023-07-19",
    "day of a visit, read": "2022-03-14",
    "card number, read": "4929157380462218",
    "phone, bare": "09073165528",
}
TOKENS = {"age": OLD}
_SHORTEST = 6  # bytes; a form of less would be found by chance
_HEX = re.compile(rb"[0-9a-fA-F]+")
# Hashes, IDs and fingerprints, in which chance makes any short number.
_HEX_RUN = re.compile(rb"[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONG_HEX = 14  # signs; a form in hexadecimal signs of so many stands nowhere by chance
# What a search of bytes cannot look into: gzip, zip, zstd, xz and Parquet.
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"PAR1")


def forms(value: str) -> dict[str, bytes]:
    """Return a value as it may be written, by the name of the encoding; forms that are alike stand once."""
    found: dict[str, bytes] = {}
    for name in ("utf-8", "cp932", "euc-jp", "iso2022_jp", "utf-16-le", "utf-16-be", "utf-32-le", "utf-7"):
        try:
            found[name] = value.encode(name)
        except UnicodeEncodeError:  # a sign that the encoding lacks cannot leak through it
            continue
    small = json.dumps(value)[1:-1]
    found["normalised"] = "".join(unicodedata.normalize("NFKC", value).split()).encode()
    found["html"] = html.escape(value).encode()
    found["html numbers"] = "".join(f"&#{ord(sign)};" for sign in value).encode()
    found["html hex"] = "".join(f"&#x{ord(sign):x};" for sign in value).encode()
    found["html hex, capitals"] = "".join(f"&#x{ord(sign):X};" for sign in value).encode()
    found["html ascii"] = html.escape(value).encode("ascii", "xmlcharrefreplace")
    found["json"] = small.encode()
    found["repr"] = repr(value)[1:-1].encode()
    found["json, capitals"] = re.sub(r"\\u[0-9a-f]{4}", lambda code: "\\u" + code[0][2:].upper(), small).encode()
    for name in ("utf-8", "cp932"):
        with contextlib.suppress(UnicodeEncodeError):
            found |= _escaped(value.encode(name), name)
    return _distinct({name: data for name, data in found.items() if len(data) >= _SHORTEST})


def _escaped(data: bytes, name: str) -> dict[str, bytes]:
    """Return the forms in which one encoding of a value is written with signs of ASCII only."""
    url = quote(data, safe="")
    mail = re.sub(rb"=\r?\n", b"", quopri.encodestring(data, quotetabs=False)).rstrip(b"\n")
    return {
        f"url of {name}": url.encode(),
        f"url of {name}, small": re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), url).encode(),
        f"form of {name}": quote_plus(data).encode(),
        f"quoted-printable of {name}": mail,
        f"quoted-printable of {name}, small": re.sub(rb"=[0-9A-F]{2}", lambda code: code[0].lower(), mail),
        f"bytes of {name}": repr(data)[2:-1].encode(),
        f"octal of {name}": "".join(chr(byte) if byte < 128 else f"\\{byte:03o}" for byte in data).encode(),
        **({f"{form} of {name}": made for form, made in of_bytes(data).items()} if len(data) >= _SHORTEST else {}),
    }


def _distinct(found: Mapping[str, bytes]) -> dict[str, bytes]:
    distinct: dict[bytes, str] = {}
    for name, data in found.items():
        distinct.setdefault(data, name)
    return {name: data for data, name in distinct.items()}


def of_bytes(data: bytes) -> dict[str, bytes]:
    """Return the forms of bytes: in hexadecimal, and in base64 wherever they begin in a longer text."""
    found = {
        "hex": data.hex().encode(),
        "hex, capitals": data.hex().upper().encode(),
        "hex, apart": data.hex(" ").encode(),
        "hex of Python": "".join(f"\\x{byte:02x}" for byte in data).encode(),
    }
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + data)
        # The signs at both ends also depend on what stands before and after.
        inner = whole[-(-shift * 8 // 6) : (shift + len(data)) * 8 // 6]
        found[f"base64+{shift}"] = inner
        found[f"base64url+{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


def may_stand_by_chance(data: bytes) -> bool:
    """Say whether chance may make a form inside a hash or an ID."""
    return len(data) < _LONG_HEX and _HEX.fullmatch(data) is not None


@dataclass
class Search:
    """Looks for every planted value in every form. `looked` counts files and bytes, so that a test can say how many."""

    needles: dict[tuple[str, str], bytes] = field(default_factory=dict)
    numbers: dict[tuple[str, str], bytes] = field(default_factory=dict)  # looked for outside hashes and IDs only
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
        numbers = {place: data for place, data in needles.items() if may_stand_by_chance(data)}
        return cls({place: data for place, data in needles.items() if place not in numbers}, numbers, words)

    @property
    def forms(self) -> int:
        """How many forms are looked for."""
        return len(self.needles) + len(self.numbers) + len(self.tokens)

    def in_bytes(self, content: bytes, place: str) -> list[str]:
        """Return what stands in some bytes, as lines that name the place, the value and its form."""
        self.looked += 1
        self.size += len(content)
        found = [f"{place}: {name} as {form}" for (name, form), data in self.needles.items() if data in content]
        if any(data in content for data in self.numbers.values()):
            apart = _HEX_RUN.sub(b" ", content)
            found += [f"{place}: {name} as {form}" for (name, form), data in self.numbers.items() if data in apart]
        if content.startswith(_PACKED):
            found.append(f"{place}: packed, so that nothing can be found in it")
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
    return Search.of(
        {**PLANTED, **AS_READ}, TOKENS, [bytes.fromhex(json.loads(file.read_text(encoding="utf-8"))["secret"])]
    )


def new_key(keys: Path) -> None:
    """Make the key of the spec."""
    KeyStore(keys).new(KeyName.parse(KEY))
