"""What someone who holds deliveries, and no key, can win back. Each attack is shown to work where it should."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from small_runs import KEY as KEY_NAME
from small_runs import declared, document, key_store, run, step, texts
from sudare.keystore import KeyName, Secret, message
from techniques_at_work import KEY, run_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PEOPLE = 2000
DELIVERIES = 10
KEYS = [bytes([n]) * 32 for n in range(DELIVERIES)]
WEIGHTS = [(f"P{n:04}", 40 + n * 37 % 60) for n in range(PEOPLE)]
TYPES: Any = {"番号": "text", "体重": "integer"}
NOISE = {"technique": "add-noise", "columns": ["体重"], "distribution": "normal", "scale": "10"}
SWAP = {"technique": "swap", "columns": ["体重"], "method": "random", "rate": "0.4"}


def delivered(what: dict[str, Any], key: bytes, order: int) -> dict[str, int]:
    """Return a delivery as its reader sees it, people by their number, the file in another order each time."""
    rows = [WEIGHTS[n] for n in np.random.default_rng(order).permutation(PEOPLE)]
    outcome = run_step(what, TYPES, rows, key)
    assert outcome.codes == []
    return dict(outcome.rows)


def mean_error(guessed: dict[str, float]) -> float:
    return float(np.mean([abs(guessed[who] - weight) for who, weight in WEIGHTS]))


def averaged(deliveries: list[dict[str, int]]) -> dict[str, float]:
    return {who: float(np.mean([one[who] for one in deliveries])) for who, _ in WEIGHTS}


def voted(deliveries: list[dict[str, int]]) -> dict[str, int]:
    return {who: Counter(one[who] for one in deliveries).most_common(1)[0][0] for who, _ in WEIGHTS}


# Noise


@pytest.mark.parametrize("person", [None, "番号"])
def test_ten_noisy_deliveries_under_one_key_are_one_delivery(person: str | None) -> None:
    what = NOISE if person is None else {**NOISE, "person": person}
    deliveries = [delivered(what, KEY, n) for n in range(DELIVERIES)]
    assert all(one == deliveries[0] for one in deliveries)
    # |N(0, 10)| is 8 on average: averaging has won nothing back.
    assert mean_error(averaged(deliveries)) == mean_error(averaged(deliveries[:1])) == pytest.approx(7.98, abs=0.5)


def test_ten_noisy_deliveries_under_ten_keys_average_out_by_the_root_of_ten() -> None:
    """The factor is √10 = 3.16: what a new key for each delivery of the same file would give away."""
    deliveries = [delivered(NOISE, key, n) for n, key in enumerate(KEYS)]
    shrunk = mean_error(averaged(deliveries[:1])) / mean_error(averaged(deliveries))
    assert shrunk == pytest.approx(10**0.5, rel=0.08)


def test_noise_of_another_file_does_not_cancel_that_of_the_first() -> None:
    # The same people under the same key in a file with one more column: without `person`, another error.
    first = delivered(NOISE, KEY, 0)
    rows = [(*row, "x") for row in WEIGHTS]
    outcome = run_step(NOISE, {**TYPES, "区分": "text"}, rows, KEY)
    second = {row[0]: row[1] for row in outcome.rows}
    errors = np.array([(first[who] - weight, second[who] - weight) for who, weight in WEIGHTS])
    assert abs(np.corrcoef(errors.T)[0, 1]) < 3 / PEOPLE**0.5
    # With `person` it is the same error, and the second file adds nothing to the first.
    named = {**NOISE, "person": "番号"}
    again = run_step(named, {**TYPES, "区分": "text"}, rows, KEY)
    assert {row[0]: row[1] for row in again.rows} == delivered(named, KEY, 0)


# Swaps


def test_ten_swapped_deliveries_under_one_key_are_one_delivery() -> None:
    deliveries = [delivered(SWAP, KEY, n) for n in range(DELIVERIES)]
    assert all(one == deliveries[0] for one in deliveries)
    guessed = voted(deliveries)
    true = sum(guessed[who] == weight for who, weight in WEIGHTS) / PEOPLE
    assert true == pytest.approx(
        0.6, abs=0.02
    )  # two of three that were exchanged have another's weight, the rest a twin's


def test_ten_swapped_deliveries_under_ten_keys_are_outvoted() -> None:
    """A majority of ten lots at a rate of 0.4 tells nearly everyone's value: do not change keys for the same file."""
    deliveries = [delivered(SWAP, key, n) for n, key in enumerate(KEYS)]
    guessed = voted(deliveries)
    true = sum(guessed[who] == weight for who, weight in WEIGHTS) / PEOPLE
    assert true > 0.97


# The order of rows


def places(folder: Path, ages: list[str], store: Any, key: str = KEY_NAME) -> list[int]:
    """Return where each source row stands in a released file, found by a column in which all differ."""
    columns = [declared("年齢")]
    spec = document(columns, [step("keep", "年齢")], key=key)
    released = [row[0] for row in run(folder, spec, texts(年齢=ages), store=store).rows]
    return [released.index(age) for age in ages]


def test_the_row_orders_of_two_deliveries_do_not_line_up(tmp_path: Path) -> None:
    ages = [f"{n:03}" for n in range(300)]
    store = key_store(tmp_path)
    store.new(KeyName.parse("別@2026"))
    first = places(tmp_path, ages, store)
    assert places(tmp_path, ages, store) == first  # the same file, key and spec: the same bytes
    another_file = places(tmp_path, [*ages, "300"], store)[:300]
    another_key = places(tmp_path, ages, store, "別@2026")
    for other in (another_file, another_key, list(range(300))):  # the last: the order of the source
        assert abs(np.corrcoef(first, other)[0, 1]) < 3 / 300**0.5
        assert sum(one == two for one, two in zip(first, other, strict=True)) < 8  # one is to be expected


def test_ten_row_orders_averaged_do_not_tell_the_order_of_the_source(tmp_path: Path) -> None:
    ages = [f"{n:03}" for n in range(200)]
    store = key_store(tmp_path)
    orders = []
    for n in range(DELIVERIES):
        store.new(KeyName.parse(f"{n}番@2026"))
        orders.append(places(tmp_path, ages, store, f"{n}番@2026"))
    mean = np.mean(orders, axis=0)
    assert abs(np.corrcoef(mean, range(200))[0, 1]) < 3.5 / 200**0.5
    # Nor does a row keep to a half of the file, as it would if part of its place came from what it holds.
    assert np.std(mean) == pytest.approx(200 / (12 * DELIVERIES) ** 0.5, rel=0.2)


# Pseudo-IDs

PHONES = [f"090-12{n // 100:02}-{n % 100:02}34" for n in range(300)]  # the attacker's dictionary: everyone is in it
DOMAIN = "受診者"


def looked_up(digests: Iterator[tuple[str, str]], ids: set[str]) -> set[str]:
    """Return whose IDs stand anywhere in a digest."""
    return {who for who, digest in digests if any(digest[n : n + 16] in ids for n in range(len(digest) - 15))}


def unkeyed(phone: str) -> Iterator[bytes]:
    """Give what someone without the key would compute of a number, in all its writings."""
    writings = {phone.encode(), phone.replace("-", "").encode(), message([phone]), f"{DOMAIN}{phone}".encode()}
    for written in writings:
        for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
            yield hashlib.new(name, written, usedforsecurity=False).digest()
        for key in (b"", bytes(32), DOMAIN.encode(), KEY_NAME.encode(), b"secret", bytes(reversed(KEY))):
            yield hmac.digest(key, written, "sha256")


def test_a_dictionary_of_phone_numbers_finds_nobody_without_the_key() -> None:
    given = {"technique": "pseudonymize", "columns": ["電話"], "domain": DOMAIN}
    outcome = run_step(given, {"電話": "text"}, [(phone,) for phone in PHONES], KEY)
    ids = {row[0] for row in outcome.rows}
    assert len(ids) == len(PHONES)
    guesses = ((phone, digest.hex()) for phone in PHONES for digest in unkeyed(phone))
    assert looked_up(guesses, ids) == set()
    # HKDF with a wrong key, and the right key without HKDF, find nobody either.
    wrong = Secret(KeyName("test", "2026"), bytes(reversed(KEY))).derive("pseudonym", DOMAIN)
    for subkey in (wrong, KEY):
        guesses = ((phone, hmac.digest(subkey, message([phone]), "sha256").hex()) for phone in PHONES)
        assert looked_up(guesses, ids) == set()


def test_whoever_holds_the_key_finds_everybody() -> None:
    """Why a key is destroyed when a delivery is over; and that the attack above could have found someone."""
    given = {"technique": "pseudonymize", "columns": ["電話"], "domain": DOMAIN}
    ids = {row[0] for row in run_step(given, {"電話": "text"}, [(phone,) for phone in PHONES], KEY).rows}
    subkey = Secret(KeyName("test", "2026"), KEY).derive("pseudonym", DOMAIN)
    guesses = ((phone, hmac.digest(subkey, message([phone]), "sha256").hex()) for phone in PHONES)
    assert looked_up(guesses, ids) == set(PHONES)


@pytest.mark.parametrize("alphabet", ["hex", "digits", "base32"])
def test_the_ids_of_two_recipients_or_purposes_cannot_be_matched(alphabet: str) -> None:
    """Neither by an equal ID, nor by their order, nor by the part that a longer and a shorter one would share."""

    def ids(key: bytes, **other: Any) -> list[str]:
        given = {"technique": "pseudonymize", "columns": ["電話"], "domain": DOMAIN, "alphabet": alphabet, **other}
        return [row[0] for row in run_step(given, {"電話": "text"}, [(phone,) for phone in PHONES], key).rows]

    first = ids(KEYS[0])
    assert ids(KEYS[0]) == first
    for other in (ids(KEYS[1]), ids(KEYS[0], domain="別の目的"), list(map(str, range(len(PHONES))))):
        assert set(other) & set(first) == set()
        assert not {one[:8] for one in other} & {one[:8] for one in first}
        ranks = [np.argsort(np.argsort(found)) for found in (first, other)]
        assert abs(np.corrcoef(*ranks)[0, 1]) < 3.5 / len(PHONES) ** 0.5
