"""Keys are made once, found, rotated and destroyed."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from sudare.errors import Refused, SudareError
from sudare.keystore import FOLDER_VARIABLE, KeyName, KeyStore
from sudare.keystore.files import write_new

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = KeyName("r8-3-a", "2026")
NEXT = KeyName("r8-3-a", "2027")


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def code(error: pytest.ExceptionInfo[SudareError]) -> str:
    return error.value.problems[0].code


def test_a_new_key_can_be_got_again(store: KeyStore) -> None:
    made = store.new(NAME)
    again = KeyStore(store.folder).get(NAME)
    assert again.fingerprint == made.fingerprint
    assert again.derive("x") == store.get(NAME).derive("x")


def test_a_key_is_32_random_bytes(store: KeyStore) -> None:
    store.new(NAME)
    store.new(KeyName("b", "1"))
    written = [json.loads(path.read_text(encoding="utf-8"))["secret"] for path in store.folder.iterdir()]
    assert [len(bytes.fromhex(text)) for text in written] == [32, 32]
    assert written[0] != written[1]


def test_an_empty_or_absent_store_lists_nothing(store: KeyStore) -> None:
    assert store.list() == ()
    assert not store.folder.exists()


def test_keys_are_listed_by_name_with_fingerprint_and_date(store: KeyStore) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    names = [KeyName("株式会社A", "令和8年度"), KeyName("b", "2"), KeyName("b", "1")]
    made = {str(name): store.new(name) for name in names}
    listed = store.list()
    assert [str(info.name) for info in listed] == ["b@1", "b@2", "株式会社A@令和8年度"]
    assert all(made[str(info.name)] == info and info.created >= before for info in listed)
    assert set(listed[0].to_dict()) == {"name", "fingerprint", "created"}


def test_a_key_is_never_made_over_another(store: KeyStore) -> None:
    first = store.new(NAME)
    with pytest.raises(Refused) as refused:
        store.new(NAME)
    assert code(refused) == "key-exists"
    assert store.get(NAME).fingerprint == first.fingerprint


def test_a_key_file_is_never_written_over_another(tmp_path: Path) -> None:
    write_new(tmp_path / "a@1.key", {"n": 1})
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a@1.key", {"n": 2})
    assert json.loads((tmp_path / "a@1.key").read_text(encoding="utf-8")) == {"n": 1}


def test_of_many_who_make_the_same_key_at_once_one_succeeds(store: KeyStore) -> None:
    def attempt(_: int) -> str:
        try:
            return store.new(NAME).fingerprint
        except Refused as refused:
            return refused.problems[0].code

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(16)))
    assert results.count("key-exists") == 15
    assert store.get(NAME).fingerprint in results


def test_two_names_that_differ_by_case_only_are_refused_on_every_system(store: KeyStore) -> None:
    store.new(KeyName("Town", "2026"))
    with pytest.raises(Refused) as refused:
        store.new(KeyName("town", "2026"))
    assert code(refused) == "key-name-collides"
    with pytest.raises(Refused) as missing:
        store.get(KeyName("town", "2026"))
    assert code(missing) == "missing-key"


def test_a_missing_key_names_the_near_match_and_the_command(store: KeyStore) -> None:
    store.new(NAME)
    with pytest.raises(Refused) as refused:
        store.get(KeyName("r8-3-b", "2026"))
    line = refused.value.problems[0].line("en")
    assert code(refused) == "missing-key"
    assert "Did you mean 'r8-3-a@2026'?" in line
    assert "sudare key new r8-3-b@2026" in line


def test_a_rotated_key_shares_nothing_with_the_one_before(store: KeyStore) -> None:
    old = store.new(NAME)
    new = store.rotate(NEXT)
    assert new.name == NEXT
    assert new.fingerprint != old.fingerprint
    assert store.get(NEXT).derive("pseudonymize", "受診者") != store.get(NAME).derive("pseudonymize", "受診者")
    assert store.get(NAME).fingerprint == old.fingerprint


def test_only_a_name_with_another_period_can_be_rotated(store: KeyStore) -> None:
    store.new(NAME)
    with pytest.raises(Refused) as refused:
        store.rotate(KeyName("r8-3-b", "2027"))
    assert code(refused) == "nothing-to-rotate"
    assert "Did you mean 'r8-3-a'?" in refused.value.problems[0].line("en")
    with pytest.raises(Refused) as same:
        store.rotate(NAME)
    assert code(same) == "nothing-to-rotate"


def test_a_destroyed_key_is_gone_and_leaves_a_tombstone(store: KeyStore) -> None:
    made = store.new(NAME)
    secret = json.loads((store.folder / "r8-3-a@2026.key").read_text(encoding="utf-8"))["secret"]
    grave = store.destroy(NAME)
    assert (grave.name, grave.fingerprint) == (NAME, made.fingerprint)
    assert store.list() == ()
    assert store.destroyed() == (grave,)
    assert [path.name for path in store.folder.iterdir()] == ["r8-3-a@2026.destroyed"]
    assert secret not in (store.folder / "r8-3-a@2026.destroyed").read_text(encoding="utf-8")


def test_the_bytes_of_a_destroyed_key_are_overwritten_in_place(store: KeyStore, tmp_path: Path) -> None:
    store.new(NAME)
    file = store.folder / "r8-3-a@2026.key"
    (tmp_path / "other-name").hardlink_to(file)  # still shows the blocks after the file is gone
    before = file.read_bytes()
    store.destroy(NAME)
    after = (tmp_path / "other-name").read_bytes()
    assert len(after) == len(before)
    assert json.loads(before)["secret"].encode() not in after
    assert b"secret" not in after


def test_a_destroyed_name_is_never_used_again(store: KeyStore) -> None:
    store.new(NAME)
    grave = store.destroy(NAME)
    for act in (store.new, store.get, store.destroy):
        with pytest.raises(Refused) as refused:
            act(NAME)
        assert code(refused) == "destroyed-key"
        assert str(grave.destroyed.date()) in refused.value.problems[0].line("ja")
    assert store.rotate(NEXT).name == NEXT


def test_a_destroyed_name_is_taken_in_every_case(store: KeyStore) -> None:
    store.new(KeyName("Town", "2026"))
    store.destroy(KeyName("Town", "2026"))
    with pytest.raises(Refused) as refused:
        store.new(KeyName("TOWN", "2026"))
    assert code(refused) == "key-name-collides"


def test_a_crash_while_destroying_leaves_a_key_that_counts_as_destroyed(store: KeyStore) -> None:
    store.new(NAME)
    kept = (store.folder / "r8-3-a@2026.key").read_bytes()
    grave = store.destroy(NAME)
    file = store.folder / "r8-3-a@2026.key"
    file.write_bytes(kept)  # as if the power went after the tombstone was written
    file.chmod(0o600)
    assert store.list() == ()
    with pytest.raises(Refused) as refused:
        store.get(NAME)
    assert code(refused) == "destroyed-key"
    assert store.destroy(NAME) == grave
    assert not file.exists()


def test_what_was_never_made_cannot_be_destroyed(store: KeyStore) -> None:
    with pytest.raises(Refused) as refused:
        store.destroy(NAME)
    assert code(refused) == "missing-key"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:0],
        lambda text: text[:-40],
        lambda text: text.replace('"secret": "', '"secret": "00'),
        lambda text: text.replace("r8-3-a@2026", "r8-3-b@2026"),  # a file under another name
        lambda text: json.dumps({**json.loads(text), "secret": "00" * 32}),
        lambda text: json.dumps({**json.loads(text), "sudare-key": 2}),
        lambda text: json.dumps({**json.loads(text), "created": None}),
        lambda _: "[" * 4000,
        lambda _: "[]",
        lambda _: "\udcff",
    ],
)
def test_a_damaged_key_is_refused_without_showing_it(store: KeyStore, damage: Callable[[str], str]) -> None:
    store.new(NAME)
    file = store.folder / "r8-3-a@2026.key"
    text = file.read_text(encoding="utf-8")
    file.write_bytes(damage(text).encode("utf-8", "surrogateescape"))
    with pytest.raises(Refused) as refused:
        store.get(NAME)
    assert code(refused) == "damaged-key"
    assert json.loads(text)["secret"][:16] not in str(refused.value)
    assert refused.value.__context__ is None  # no exception below it carries the text of the file


def test_a_damaged_key_can_be_destroyed(store: KeyStore) -> None:
    store.new(NAME)
    (store.folder / "r8-3-a@2026.key").write_bytes(b"{")
    assert store.destroy(NAME).fingerprint is None
    assert store.list() == ()
    with pytest.raises(Refused) as refused:
        store.new(NAME)
    assert code(refused) == "destroyed-key"


def test_files_that_are_no_keys_are_left_alone(store: KeyStore) -> None:
    store.new(NAME)
    (store.folder / "README.txt").write_text("x", encoding="utf-8")
    (store.folder / "no period.key").write_text("x", encoding="utf-8")
    assert [info.name for info in store.list()] == [NAME]


def test_a_failing_file_system_is_told_in_our_words(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("x", encoding="utf-8")
    (tmp_path / "keys").chmod(0o600)
    with pytest.raises(SudareError) as refused:
        KeyStore(tmp_path / "keys").list()
    assert code(refused) == "key-store-failed"


def test_the_folder_can_be_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert KeyStore.default_folder() == tmp_path
    monkeypatch.setenv(FOLDER_VARIABLE, " ")
    assert KeyStore.default_folder().parts[-2:] == ("sudare", "keys")


def test_no_message_of_the_store_holds_a_secret(store: KeyStore) -> None:
    store.new(NAME)
    secret = json.loads((store.folder / "r8-3-a@2026.key").read_text(encoding="utf-8"))["secret"]
    shown = [repr(store), repr(store.list()), repr(store.get(NAME))]
    with pytest.raises(Refused) as refused:
        store.new(NAME)
    shown.append(str(refused.value))
    assert not any(secret[:12] in text for text in shown)
