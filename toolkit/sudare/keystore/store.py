"""The folder that holds the keys: makes, finds, rotates and destroys them."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from sudare.errors import Problem, Refused, SudareError, nearest
from sudare.keystore.files import KEY_ENDING, TOMBSTONE_ENDING, erase, read_record, write_new
from sudare.keystore.name import KeyName
from sudare.keystore.permissions import check_private, make_private, settle
from sudare.keystore.secret import SECRET_BYTES, Secret
from sudare.language import NOTHING, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER_VARIABLE = "SUDARE_KEY_STORE"
FORMAT = 1


@dataclass(frozen=True)
class KeyInfo:
    """What may be said about a key: its name, its fingerprint, and when it was made (UTC)."""

    name: KeyName
    fingerprint: str
    created: dt.datetime

    def to_dict(self) -> dict[str, str]:
        """Return the stable keys `name`, `fingerprint` and `created`."""
        return {"name": str(self.name), "fingerprint": self.fingerprint, "created": self.created.isoformat()}


@dataclass(frozen=True)
class Tombstone:
    """What is left of a destroyed key: its name, its fingerprint (None if the file was damaged) and the date (UTC)."""

    name: KeyName
    fingerprint: str | None
    destroyed: dt.datetime

    def to_dict(self) -> dict[str, str | None]:
        """Return the stable keys `name`, `fingerprint` and `destroyed`."""
        return {"name": str(self.name), "fingerprint": self.fingerprint, "destroyed": self.destroyed.isoformat()}


@dataclass(frozen=True)
class KeyStore:
    """A folder of keys that only its owner can read. Nothing is touched until a key is asked for.

    Every method raises `open-key-store` where others may read the folder or a key file, or own it, and
    `key-store-failed` where the file system fails.
    """

    folder: Path

    @staticmethod
    def default_folder() -> Path:
        """Return the folder named by SUDARE_KEY_STORE, else `sudare/keys` among the user's own data."""
        chosen = os.environ.get(FOLDER_VARIABLE, "").strip()
        if chosen:
            return Path(chosen).expanduser()
        return platformdirs.user_data_path("sudare", appauthor=False) / "keys"

    def new(self, name: KeyName) -> KeyInfo:
        """Make a key of 32 random bytes; refuse a name that is taken, was destroyed, or differs by case only.

        Raises `key-exists`, `destroyed-key` and `key-name-collides`.
        """
        with _told(name):
            make_private(self.folder)
            self._refuse_taken(name)
            try:
                return self._create(name)
            except FileExistsError:
                raise Refused(_exists(name)) from None

    def list(self) -> tuple[KeyInfo, ...]:
        """Return the keys that can be used, in the order of their names."""
        with _told():
            gone = set(self._names(TOMBSTONE_ENDING))
            return tuple(self._read(name)[0] for name in self._names(KEY_ENDING) if name not in gone)

    def destroyed(self) -> tuple[Tombstone, ...]:
        """Return what is left of the destroyed keys, in the order of their names."""
        with _told():
            return tuple(self._tombstone(name) for name in self._names(TOMBSTONE_ENDING))

    def get(self, name: KeyName) -> Secret:
        """Return the secret of a key; the message of a missing one names the near match and the command to make it.

        Raises `missing-key`, `destroyed-key` and `damaged-key`.
        """
        with _told(name):
            self._refuse_destroyed(name)
            names = self._names(KEY_ENDING)
            if name not in names:
                raise Refused(_missing(name, names))
            return self._read(name)[1]

    def rotate(self, name: KeyName) -> KeyInfo:
        """Make the key of a new period. It shares nothing with the earlier one, so that no ID carries over.

        Raises `nothing-to-rotate` where the name has no other period, and all that `new` raises.
        """
        with _told(name):
            known = {*self._names(KEY_ENDING), *self._names(TOMBSTONE_ENDING)}
            if not any(other.name == name.name and other.period != name.period for other in known):
                raise Refused(_nothing_to_rotate(name, sorted(known)))
        return self.new(name)

    def destroy(self, name: KeyName) -> Tombstone:
        """Destroy a key for good: its file is overwritten and removed, its name can never be used again.

        What was made with it can no longer be recomputed by anybody. Copies out of reach stay: backups, and blocks
        that an SSD or a copying file system kept. A damaged file is destroyed too, without a fingerprint.
        Raises `missing-key`, and `destroyed-key` where nothing is left to destroy.
        """
        with _told(name):
            names = self._names(KEY_ENDING)
            if name not in names:
                self._refuse_destroyed(name)
                raise Refused(_missing(name, names))
            check_private(self._key_file(name))
            # The tombstone first: a crash in between leaves a key that counts as destroyed, not one that comes back.
            if name not in self._names(TOMBSTONE_ENDING):
                self._bury(name)
            erase(self._key_file(name))
            settle(self.folder)
            return self._tombstone(name)

    def _create(self, name: KeyName) -> KeyInfo:
        secret = Secret(name, key := secrets.token_bytes(SECRET_BYTES))
        info = KeyInfo(name, secret.fingerprint, _now())
        write_new(self._key_file(name), {"sudare-key": FORMAT, **info.to_dict(), "secret": key.hex()})
        settle(self.folder)
        return info

    def _bury(self, name: KeyName) -> None:
        try:
            fingerprint = self._read(name)[0].fingerprint
        except Refused:  # a damaged file may still hold most of the secret: it must be possible to destroy it
            fingerprint = None
        grave = Tombstone(name, fingerprint, _now())
        write_new(self._tombstone_file(name), {"sudare-key": FORMAT, **grave.to_dict()})
        settle(self.folder)

    def _read(self, name: KeyName) -> tuple[KeyInfo, Secret]:
        check_private(self._key_file(name))
        found = _key_in(self._key_file(name), name)
        if found is None:
            raise Refused(_damaged(name))
        return found

    def _tombstone(self, name: KeyName) -> Tombstone:
        check_private(self._tombstone_file(name))
        found = _tombstone_in(self._tombstone_file(name), name)
        if found is None:
            raise Refused(_damaged(name))
        return found

    def _names(self, ending: str) -> tuple[KeyName, ...]:
        # Names come from the listing, not from asking for a path: Windows would find `A@1` when asked for `a@1`.
        try:
            check_private(self.folder)
            entries = [entry.name for entry in self.folder.iterdir()]
        except FileNotFoundError:
            return ()
        return tuple(sorted(_named(entry.removesuffix(ending) for entry in entries if entry.endswith(ending))))

    def _refuse_taken(self, name: KeyName) -> None:
        self._refuse_destroyed(name)
        known = {*self._names(KEY_ENDING), *self._names(TOMBSTONE_ENDING)}
        if name in known:
            raise Refused(_exists(name))
        twin = next((other for other in sorted(known) if other.folded == name.folded), None)
        if twin is not None:
            raise Refused(_collides(name, twin))

    def _refuse_destroyed(self, name: KeyName) -> None:
        if name in self._names(TOMBSTONE_ENDING):
            raise Refused(_destroyed(self._tombstone(name)))

    def _key_file(self, name: KeyName) -> Path:
        return self.folder / f"{name}{KEY_ENDING}"

    def _tombstone_file(self, name: KeyName) -> Path:
        return self.folder / f"{name}{TOMBSTONE_ENDING}"


def _named(texts: Iterator[str]) -> Iterator[KeyName]:
    for text in texts:
        # A Mac may list names in another Unicode form than they were given; what is no name of ours is not a key.
        with contextlib.suppress(Refused):
            yield KeyName.parse(text)


# What a faulty file holds may be most of a secret. These two give None, so that no exception carries it on.
_FAULTS = (ValueError, KeyError, TypeError, RecursionError, SudareError)


def _key_in(path: Path, name: KeyName) -> tuple[KeyInfo, Secret] | None:
    try:
        record = read_record(path)
        secret = Secret(name, bytes.fromhex(_text(record, "secret")))
        info = KeyInfo(name, secret.fingerprint, dt.datetime.fromisoformat(_text(record, "created")))
        whole = record["sudare-key"] == FORMAT and _text(record, "name") == str(name)
        return (info, secret) if whole and _text(record, "fingerprint") == secret.fingerprint else None
    except _FAULTS:
        return None


def _tombstone_in(path: Path, name: KeyName) -> Tombstone | None:
    try:
        record = read_record(path)
        fingerprint = None if record["fingerprint"] is None else _text(record, "fingerprint")
        return Tombstone(name, fingerprint, dt.datetime.fromisoformat(_text(record, "destroyed")))
    except _FAULTS:
        return None


def _text(record: dict[str, object], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@contextlib.contextmanager
def _told(name: KeyName | None = None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "")
        raise SudareError(_failed(name, reason)) from None


def _failed(name: KeyName | None, reason: str) -> Problem:
    what = Text(
        "鍵の置き場を読み書きできません（{reason}）。", "the key store could not be read or written ({reason})."
    )
    now = Text("フォルダーと空き容量を確かめてください。", "Check the folder and the free space.")
    return Problem("key-store-failed", str(name) if name else "key store", what.fill(reason=reason), now)


def _exists(name: KeyName) -> Problem:
    what = Text("鍵「{name}」は既にあります。", "the key '{name}' exists already.").fill(name=name)
    now = Text("別の期間の鍵を作るには: sudare key rotate {name}", "For another period: sudare key rotate {name}")
    return Problem("key-exists", str(name), what, now.fill(name=f"{name.name}@PERIOD"))


def _collides(name: KeyName, twin: KeyName) -> Problem:
    what = Text(
        "大文字と小文字だけが違う鍵「{twin}」があります。", "there is a key '{twin}', which differs by case only."
    ).fill(twin=twin)
    now = Text(
        "Windows では同じファイルになります。別の名前にしてください。",
        "Windows would take them for one file: choose another name.",
    )
    return Problem("key-name-collides", str(name), what, now)


def _missing(name: KeyName, names: tuple[KeyName, ...]) -> Problem:
    near = nearest(str(name), [str(other) for other in names])
    what = Text("鍵「{name}」がありません。", "there is no key '{name}'.").fill(name=name)
    hint = NOTHING if near is None else Text("「{near}」ではありませんか。", "Did you mean '{near}'?").fill(near=near)
    now = Text("作るには: sudare key new {name}", "To make it: sudare key new {name}").fill(name=name)
    return Problem("missing-key", str(name), what, hint.join(now))


def _destroyed(grave: Tombstone) -> Problem:
    what = Text(
        "鍵「{name}」は {day} に廃棄されました（指紋 {fingerprint}）。",
        "the key '{name}' was destroyed on {day} (fingerprint {fingerprint}).",
    ).fill(name=grave.name, day=grave.destroyed.date(), fingerprint=grave.fingerprint or "?")
    now = Text(
        "同じ名前では作り直せません。新しい期間の鍵を作るには: sudare key rotate {name}",
        "It cannot be made again. For a new period: sudare key rotate {name}",
    ).fill(name=f"{grave.name.name}@PERIOD")
    return Problem("destroyed-key", str(grave.name), what, now)


def _nothing_to_rotate(name: KeyName, known: list[KeyName]) -> Problem:
    near = nearest(name.name, sorted({other.name for other in known if other.name != name.name}))
    what = Text("「{name}」には別の期間の鍵がありません。", "there is no key of another period for '{name}'.").fill(
        name=name.name
    )
    hint = NOTHING if near is None else Text("「{near}」ではありませんか。", "Did you mean '{near}'?").fill(near=near)
    now = Text("初めての鍵を作るには: sudare key new {name}", "For a first key: sudare key new {name}").fill(name=name)
    return Problem("nothing-to-rotate", str(name), what, hint.join(now))


def _damaged(name: KeyName) -> Problem:
    what = Text("鍵「{name}」のファイルが壊れています。", "the file of the key '{name}' is damaged.").fill(name=name)
    now = Text(
        "控えから戻してください。戻せなければ廃棄し、新しい期間の鍵を作ってください。",
        "Restore it from a backup; if there is none, destroy it and make a key for a new period.",
    )
    return Problem("damaged-key", str(name), what, now)
