"""Only the owner may read keys. The Windows branch is tested as far as text goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sudare.errors import Refused
from sudare.keystore import KeyName, KeyStore
from sudare.keystore.permissions import allows_only, check_private, make_private, restrict_command

NAME = KeyName("a", "1")
POSIX = sys.platform != "win32"
ME = "S-1-5-21-1-2-3-1001"

pytestmark = pytest.mark.usefixtures("_loose_umask")


@pytest.fixture
def _loose_umask() -> object:
    """A loose umask, so that modes come from us and not from luck."""
    before = os.umask(0)
    yield
    os.umask(before)


def refusal(store: KeyStore) -> list[str]:
    codes = []
    for act in (store.new, store.get, store.destroy, store.rotate):
        with pytest.raises(Refused) as refused:
            act(NAME)
        codes.append(refused.value.problems[0].code)
    return codes


if POSIX:

    def test_the_folder_and_its_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
        store = KeyStore(tmp_path / "deep" / "keys")
        store.new(NAME)
        store.new(KeyName("b", "1"))
        store.destroy(KeyName("b", "1"))
        assert store.folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in store.folder.iterdir()} == {0o600}

    @pytest.mark.parametrize("mode", [0o750, 0o705, 0o710, 0o770, 0o777])
    def test_a_folder_open_to_others_is_refused_and_not_changed(tmp_path: Path, mode: int) -> None:
        store = KeyStore(tmp_path / "keys")
        store.new(NAME)
        store.folder.chmod(mode)
        assert refusal(store) == ["open-key-store"] * 4
        assert store.folder.stat().st_mode & 0o777 == mode

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
    def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
        store = KeyStore(tmp_path / "keys")
        store.new(NAME)
        (store.folder / "a@1.key").chmod(mode)
        for act in (store.get, store.destroy):
            with pytest.raises(Refused) as refused:
                act(NAME)
            assert refused.value.problems[0].code == "open-key-store"
        assert (store.folder / "a@1.key").exists()

    def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
        folder = tmp_path / "keys"
        somebody = Path("/") if os.geteuid() else folder  # a user cannot give a folder away: the root folder is root's
        make_private(folder)
        if not os.geteuid():
            os.chown(folder, 65534, 65534)
        with pytest.raises(Refused) as refused:
            check_private(somebody)
        assert refused.value.problems[0].code == "open-key-store"
        assert "somebody else" in refused.value.problems[0].line("en")

    def test_a_link_to_a_private_folder_is_fine_and_to_an_open_one_refused(tmp_path: Path) -> None:
        KeyStore(tmp_path / "keys").new(NAME)
        (tmp_path / "link").symlink_to(tmp_path / "keys")
        assert KeyStore(tmp_path / "link").get(NAME).name == NAME
        (tmp_path / "keys").chmod(0o755)
        assert refusal(KeyStore(tmp_path / "link")) == ["open-key-store"] * 4

    def test_a_key_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
        store = KeyStore(tmp_path / "keys")
        store.new(NAME)
        (store.folder / "a@1.key").rename(tmp_path / "elsewhere")
        (store.folder / "a@1.key").symlink_to(tmp_path / "elsewhere")
        for act in (store.get, store.destroy):
            with pytest.raises(Refused) as refused:
                act(NAME)
            assert refused.value.problems[0].code == "open-key-store"
        assert (tmp_path / "elsewhere").read_bytes().startswith(b"{")

    def test_no_key_is_made_through_a_dangling_link(tmp_path: Path) -> None:
        store = KeyStore(tmp_path / "keys")
        make_private(store.folder)
        (store.folder / "a@1.key").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(Refused) as refused:
            store.new(NAME)
        assert refused.value.problems[0].code == "key-exists"
        assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("sddl", "private"),
    [
        (f"D:PAI(A;OICI;FA;;;{ME})", True),
        (f"D:PAI(A;OICI;FA;;;{ME})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", True),
        (f"D:AI(A;ID;FA;;;{ME})S:AI(AU;SA;FA;;;WD)", True),  # auditing lets nobody in
        (f"D:PAI(D;;FA;;;WD)(A;;FA;;;{ME})", True),  # a refusal lets nobody in
        (f"D:AI(A;;FA;;;{ME})(A;;0x1200a9;;;BU)", False),  # the machine's users
        (f"D:AI(A;;FA;;;{ME})(A;;FR;;;WD)", False),  # everyone
        (f"D:AI(A;;FA;;;{ME})(A;;FR;;;AU)", False),
        ("D:PAI(A;;FA;;;S-1-5-21-1-2-3-1002)", False),  # another user
        (f"D:PAI(XA;;FX;;;{ME};(@User.Title))", False),  # a kind we do not know
        (f"D:PAI(OA;;FA;;;{ME})", False),
        ("D:NO_ACCESS_CONTROL", False),
        ("O:BA", False),
        ("", False),
    ],
)
def test_an_access_list_is_private_only_where_it_names_nobody_else(sddl: str, *, private: bool) -> None:
    assert allows_only(sddl, ME) is private


def test_the_first_account_of_a_windows_machine_is_known_by_its_short_name() -> None:
    assert allows_only("D:PAI(A;;FA;;;LA)", "S-1-5-21-1-2-3-500")
    assert not allows_only("D:PAI(A;;FA;;;LA)", ME)


def test_the_windows_command_is_a_list_that_starts_with_a_full_path() -> None:
    command = restrict_command(Path("C:/Windows/System32/icacls.exe"), Path("鍵 置場"), ME)
    assert command[:2] == [str(Path("C:/Windows/System32/icacls.exe")), "鍵 置場"]
    assert f"*{ME}:(OI)(CI)F" in command
