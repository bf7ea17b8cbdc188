"""Keyed hashes, their texts, and row orders: fixed in version 1."""

from __future__ import annotations

import hmac
import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import UsageError
from sudare.keystore import encode, encode_all, key_stream, keyed_ids, order

KEY = bytes(range(32))
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(max_size=200), st.lists(st.binary(max_size=300), max_size=5))
def test_every_id_is_the_hmac_of_its_message(subkey: bytes, messages: list[bytes]) -> None:
    assert list(keyed_ids(subkey, messages)) == [hmac.digest(subkey, one, "sha256") for one in messages]


def test_the_published_hmac_vector_comes_out() -> None:
    (digest,) = keyed_ids(b"Jefe", [b"what do ya want for nothing?"])  # RFC 4231, test case 2
    assert digest.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


@pytest.mark.parametrize(
    ("message", "alphabet", "length", "expected"),
    [
        (b"", CROCKFORD, 16, "M6MCH3HVQ7D8VGEB"),
        (b"a", string.digits, 12, "017803403810"),
        (b"a", "01", 64, "1100100111110011001101100110010110001000001000000101001000100010"),
        (
            b"a",
            CROCKFORD,
            80,
            "1DBHTKQZ80EHQKZ6SWT9G9Z30SF7NGZEZDYJY26K37MXB2F26KVR2ATED92S5BMM941415SJZ1QQ4KXS",
        ),  # 400 bits: the digest is extended
    ],
)
def test_the_texts_are_those_of_version_1(message: bytes, alphabet: str, length: int, expected: str) -> None:
    (digest,) = keyed_ids(KEY, [message])
    assert encode(digest, alphabet, length) == expected


ALPHABETS = st.sampled_from(["0123456789abcdef", string.digits, CROCKFORD, "fedcba9876543210"])


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=4), ALPHABETS, st.integers(1, 70))
def test_many_digests_at_once_are_written_as_each_alone(digests: list[bytes], alphabet: str, length: int) -> None:
    expected = [encode(digest, alphabet, length) for digest in digests]
    assert encode_all(b"".join(digests), alphabet, length).to_pylist() == expected


@given(st.binary(min_size=32, max_size=32), st.integers(1, 40))
def test_a_text_has_its_length_and_its_letters(digest: bytes, length: int) -> None:
    text = encode(digest, CROCKFORD, length)
    assert len(text) == length
    assert set(text) <= set(CROCKFORD)


def test_no_letter_is_favoured() -> None:
    digests = keyed_ids(KEY, (n.to_bytes(4, "big") for n in range(7000)))
    seen = Counter(letter for digest in digests for letter in encode(digest, "abcdefg", 10))
    expected = 70_000 / 7
    chi_square = sum((seen[letter] - expected) ** 2 / expected for letter in "abcdefg")
    assert chi_square < 22.5  # 6 degrees of freedom: above this one time in a thousand, and the key is fixed


def test_the_digest_is_extended_where_fewer_than_64_bits_would_be_to_spare() -> None:
    low = bytes(31) + b"\x01"
    assert encode(low, "01", 191) == "0" * 190 + "1"
    assert encode(low, "01", 192) != "0" * 191 + "1"


@pytest.mark.parametrize(
    ("digest", "alphabet", "length", "code"),
    [
        (KEY, "a", 5, "bad-alphabet"),
        (KEY, "", 5, "bad-alphabet"),
        (KEY, "aba", 5, "bad-alphabet"),
        (KEY, "ab", 0, "bad-alphabet"),
        (KEY, "ab", 257, "bad-alphabet"),
        (KEY[:31], "ab", 5, "bad-digest"),
    ],
)
def test_what_cannot_make_an_even_text_is_refused(digest: bytes, alphabet: str, length: int, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        encode(digest, alphabet, length)
    assert refused.value.problems[0].code == code


def test_the_key_stream_is_the_published_one() -> None:
    # RFC 8439, A.1, test vector 1: key, nonce and counter zero
    expected = bytes.fromhex(
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
    )
    stream = key_stream(bytes(32), 8)
    assert stream.dtype == np.uint64
    assert stream.astype("<u8").tobytes() == expected


@pytest.mark.parametrize("count", [0, 1, 131_071, 131_072, 131_073, 300_000])  # 131,072 words are one part of the work
def test_a_longer_stream_begins_with_the_shorter_one(count: int) -> None:
    assert np.array_equal(key_stream(KEY, count), key_stream(KEY, 400_000)[:count])


def test_two_sub_keys_give_two_orders() -> None:
    one, two = (order(key, 1000).argsort(kind="stable") for key in (KEY, KEY[::-1]))
    assert sorted(one.tolist()) == list(range(1000))
    assert (one == two).sum() < 20  # about one row in a thousand keeps its place by chance
    assert (one == np.arange(1000)).sum() < 20


def test_the_order_is_that_of_version_1() -> None:
    assert order(KEY, 10).argsort(kind="stable").tolist() == [7, 9, 6, 1, 5, 0, 3, 4, 2, 8]


@pytest.mark.parametrize(("subkey", "count"), [(KEY[:16], 1), (KEY + b"x", 1), (KEY, -1)])
def test_a_wrong_sub_key_or_count_is_refused(subkey: bytes, count: int) -> None:
    with pytest.raises(UsageError) as refused:
        key_stream(subkey, count)
    assert refused.value.problems[0].code == "bad-subkey"
