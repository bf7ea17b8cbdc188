"""The keys, and everything derived from a key. See README.md of this room."""

from sudare.keystore.ids import DIGEST_BYTES, encode, encode_all, keyed_ids
from sudare.keystore.message import message, messages
from sudare.keystore.name import KeyName
from sudare.keystore.order import key_stream, order
from sudare.keystore.secret import Secret
from sudare.keystore.store import FOLDER_VARIABLE, KeyInfo, KeyStore, Tombstone

__all__ = [
    "DIGEST_BYTES",
    "FOLDER_VARIABLE",
    "KeyInfo",
    "KeyName",
    "KeyStore",
    "Secret",
    "Tombstone",
    "encode",
    "encode_all",
    "key_stream",
    "keyed_ids",
    "message",
    "messages",
    "order",
]
