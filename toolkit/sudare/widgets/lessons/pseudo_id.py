"""The note on pseudo-IDs as a lesson: a plain hash of a telephone number is undone by trying numbers, a keyed one is not."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from sudare.keystore.ids import keyed_ids
from sudare.language import Text
from sudare.widgets.lessons.shown import Grid, Say, Shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.language import Language

NUMBERS = ("000-0000-0001", "000-0012-3456", "000-0030-9182", "000-0047-1115", "000-0068-0204", "000-0099-9999")
CANDIDATES = 1_000_000  # 000-0000-0000 to 000-0099-9999: as many as a large area code holds
_KEPT = Text(
    "架空の電話番号 {n} 件です。同じ人の行をつなぐため、番号から仮IDを作るとします。",
    "{n} invented telephone numbers, of which pseudo-IDs are to be made so that a person's records can be joined.",
)
_NUMBERS = Text("電話番号（架空）", "telephone numbers (invented)")
_TRIED = Text(
    "鍵のないハッシュ（SHA-256）の場合。{tried:,} 通りの番号を順に試すと、{n} 件のうち {found} 件の元の番号が分かりました。",
    "A plain hash (SHA-256): trying {tried:,} numbers one after another told {found} of the {n} numbers.",
)
_SECONDS = Text(
    "普通のパソコンで数秒です。番号の種類が限られているので、ハッシュの強さは関係ありません。",
    "It takes an ordinary computer seconds. There are only so many numbers: the strength of the hash does not matter.",
)
_KEYED = Text(
    "鍵を使った仮ID（HMAC-SHA-256、鍵32バイト）の場合。当てずっぽうの鍵で同じ {tried:,} 通りを試しても、分かった番号は {found} 件です。",
    "A keyed pseudo-ID (HMAC-SHA-256, 32 bytes of key): trying the same {tried:,} numbers with a guessed key tells {found}.",
)
_WHOSE = Text("提供先と時期", "recipient and period")
_LINKS = Text("提供先甲の前期の表とつながる人の数", "people that can be joined with what 甲 got first")
_DELIVERIES = (
    Text("提供先甲・前期", "甲, first half"),
    Text("提供先甲・後期", "甲, second half"),
    Text("提供先乙・前期", "乙, first half"),
)
_KEYS = Text("鍵は提供先ごと、時期ごとに替える", "another key for each recipient and each period")
_DECISION = Text(
    "決定: 電話番号などから仮IDを作るときは、必ず鍵を使う。鍵は提供先ごと・時期ごとに別にし、仕様には「名前@期間」だけを書く。",
    "Decision: a pseudo-ID is made with a key, another one for each recipient and period. The spec names it NAME@PERIOD.",
)
_DESTROY = Text(
    "期間が終わったら鍵を廃棄します。廃棄するまでは、鍵を持つ人なら同じ仮IDを作れるためです。",
    "When the period is over, the key is destroyed: until then whoever holds it can make the same pseudo-IDs.",
)
_SOURCE = Text(
    "根拠: ガイドライン（2017年3月）3-2-1（※）、11頁。", "Source: guideline of March 2017, note to 3-2-1, p. 11."
)


class PseudoIdLesson:
    """The attack, and why it fails with a key; each method shows one cell."""

    def __init__(self, lang: Language) -> None:
        """Make new keys: none is kept, and no output depends on them."""
        self.lang = lang
        self._keys = [secrets.token_bytes(32) for _ in _DELIVERIES]

    def data(self) -> Shown:
        """Show the invented telephone numbers."""
        rows = [(number,) for number in NUMBERS]
        return Shown((Say(self._say(_KEPT.fill(n=len(NUMBERS)))), Grid("", [self._say(_NUMBERS)], rows)))

    def attack(self) -> Shown:
        """Try every number against plain hashes, and count those that are told."""
        hashed = {hashlib.sha256(number.encode()).digest() for number in NUMBERS}
        found = sum(hashlib.sha256(number.encode()).digest() in hashed for number in _candidates())
        told = _TRIED.fill(tried=CANDIDATES, n=len(NUMBERS), found=found)
        return Shown((Say(self._say(told), "note"), Say(self._say(_SECONDS))))

    def keyed(self) -> Shown:
        """Try the same numbers against keyed pseudo-IDs with a guessed key, and count those told."""
        ids = set(_ids(self._keys[0]))
        guessed = keyed_ids(secrets.token_bytes(32), (number.encode() for number in _candidates()))
        found = sum(one in ids for one in guessed)
        return Shown((Say(self._say(_KEYED.fill(tried=CANDIDATES, found=found)), "note"),))

    def keys(self) -> Shown:
        """Show how many people two deliveries have in common for one who holds both."""
        first = set(_ids(self._keys[0]))
        rows = [
            (self._say(name), str(len(first & set(_ids(key)))))
            for name, key in zip(_DELIVERIES, self._keys, strict=True)
        ]
        return Shown((Grid(self._say(_KEYS), [self._say(_WHOSE), self._say(_LINKS)], rows),))

    def decision(self) -> Shown:
        """Say the decision in words."""
        return Shown((Say(self._say(_DECISION), "note"), Say(self._say(_DESTROY)), Say(self._say(_SOURCE))))

    def _say(self, text: Text) -> str:
        return text.pick(self.lang)


def _candidates() -> Iterable[str]:
    return (f"000-{n // 10_000:04}-{n % 10_000:04}" for n in range(CANDIDATES))


def _ids(key: bytes) -> list[bytes]:
    return list(keyed_ids(key, (number.encode() for number in NUMBERS)))
