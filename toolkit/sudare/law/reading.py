"""Reads the TOML files of this room."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from sudare.language import Text


def _both(value: Any) -> Any:  # noqa: ANN401 - whatever the file held; pydantic refuses what is no text
    if isinstance(value, dict) and set(value) == {"ja", "en"}:
        return Text(**{lang: str(text).strip() for lang, text in value.items()})
    return value


def _apart(text: Text) -> dict[str, str]:
    return text._asdict()


BothLanguages = Annotated[Text, BeforeValidator(_both), PlainSerializer(_apart)]
"""A text with the keys `ja` and `en`."""


def toml(*path: str) -> dict[str, Any]:
    """Return the content of a TOML file of this room."""
    return tomllib.loads(files("sudare.law").joinpath(*path).read_text(encoding="utf-8"))


def toml_names(folder: str) -> tuple[str, ...]:
    """Return the names of the TOML files in a folder of this room, in order."""
    return tuple(
        sorted(entry.name for entry in files("sudare.law").joinpath(folder).iterdir() if entry.name.endswith(".toml"))
    )
