"""What is unusual in society at large: thresholds with their sources, and those that a user adds."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import ValidationError, model_validator

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.law.reading import BothLanguages, toml
from sudare.models import Model, Words, problems_of

if TYPE_CHECKING:
    from pathlib import Path


class Threshold(Model):
    """From which value on something is rare in society, by whose figures, and where one would cut instead."""

    id: Words
    title: BothLanguages
    words: tuple[Words, ...]
    but: tuple[Words, ...] = ()
    unit: Words
    unusual: Decimal
    cut: Decimal
    source: Words
    at: Words
    date: date
    share: BothLanguages
    cut_source: Words | None = None
    cut_share: BothLanguages | None = None

    @model_validator(mode="after")
    def _cuts_below(self) -> Threshold:
        if self.cut > self.unusual:
            message = "the cut lies above what is unusual"
            raise ValueError(message)
        return self


@functools.cache
def thresholds() -> tuple[Threshold, ...]:
    """Return the thresholds that come with sudare.

    >>> [(one.id, one.unusual, one.cut) for one in thresholds()]
    [('age', Decimal('100'), Decimal('90')), ('children', Decimal('10'), Decimal('5'))]
    """
    return tuple(Threshold.model_validate(one) for one in toml("outside.toml")["thresholds"])


def thresholds_with(path: Path) -> tuple[Threshold, ...]:
    """Return the thresholds that come with sudare and those of a user's file; one of the same id replaces ours.

    Errors: `bad-thresholds` where the file is no TOML of this form.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))["thresholds"]
        own = [Threshold.model_validate(one) for one in given]
    except ValidationError as error:
        raise Refused(tuple(problems_of(error, Threshold, path.name))) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        what = Text("しきい値の表として読めません。", "this cannot be read as a table of thresholds.")
        now = Text("law/outside.toml と同じ書き方にしてください。", "Write it as `law/outside.toml` is written.")
        raise Refused(Problem("bad-thresholds", path.name, what, now)) from None
    return tuple({one.id: one for one in (*thresholds(), *own)}.values())
