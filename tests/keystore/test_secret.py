"""A secret derives, and never shows itself."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sudare.errors import SudareError
from sudare.keystore import KeyName, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = bytes(range(32))
SECRET = Secret(KeyName("r8-3-a", "2026"), KEY)
FINGERPRINT = "94ff2b2d9bc5879f"
FORMS = (KEY.hex(), KEY.hex().upper(), str(KEY), str(list(KEY)), KEY.decode("latin-1"))


def test_the_derived_bytes_are_those_of_version_1() -> None:
    assert SECRET.derive("pseudonymize", "受診者").hex() == (
        "8224dad76545ad4f1337c9d1cda00c5d926c44ae70cfb2ab265af734d6e89764"
    )
    assert SECRET.fingerprint == FINGERPRINT


def test_the_fingerprint_is_derived_for_its_own_purpose() -> None:
    assert SECRET.fingerprint == SECRET.derive("fingerprint", length=8).hex()


@pytest.mark.parametrize("show", [repr, str, format, "{!r}".format, lambda secret: f"{[secret]}"])
def test_however_it_is_shown_it_shows_name_and_fingerprint_only(show: Callable[[Secret], str]) -> None:
    shown = show(SECRET)
    assert f"Secret(r8-3-a@2026, {FINGERPRINT})" in shown
    assert not any(form in shown for form in FORMS)


@pytest.mark.parametrize(
    "give",
    [
        copy.copy,
        copy.deepcopy,
        lambda secret: copy.deepcopy({"keys": [secret]}),
        *(lambda secret, version=version: pickle.dumps(secret, version) for version in range(6)),
        lambda secret: secret.__getstate__(),
    ],
)
def test_it_is_neither_copied_nor_saved(give: Callable[[Secret], object]) -> None:
    with pytest.raises(SudareError) as refused:
        give(SECRET)
    assert refused.value.problems[0].code == "secret-not-copied"


def test_it_has_no_dictionary_and_no_json() -> None:
    assert not hasattr(SECRET, "__dict__")
    with pytest.raises(TypeError) as refused:
        json.dumps({"key": SECRET})
    assert not any(form in str(refused.value) for form in FORMS)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_two_purposes_share_a_sub_key_only_where_all_their_parts_are_equal(one: list[str], two: list[str]) -> None:
    assert (SECRET.derive(*one) == SECRET.derive(*two)) == (one == two)


def test_a_sub_key_is_as_long_as_asked() -> None:
    assert [len(SECRET.derive("noise", length=n)) for n in (1, 32, 33, 8160)] == [1, 32, 33, 8160]


def test_a_secret_of_the_wrong_size_is_refused() -> None:
    with pytest.raises(SudareError) as refused:
        Secret(KeyName("a", "1"), b"short")
    assert refused.value.problems[0].code == "damaged-key"
    assert "short" not in str(refused.value)
