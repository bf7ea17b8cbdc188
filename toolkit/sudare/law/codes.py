"""The kinds of individual identification codes: form, check digit, provision, and which detector looks for each."""

from __future__ import annotations

import functools
from typing import Literal

from pydantic import model_validator

from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml
from sudare.law.statutes import Provision
from sudare.models import Model, Words


class CodeKind(Model):
    """One kind of individual identification code."""

    id: Words
    group: Literal["body", "assigned"]
    title: BothLanguages
    article_2017: Provision
    article_current: Provision
    form: BothLanguages
    check_digit: Literal["official", "unofficial", "unknown", "none"]
    check_source: Words | None = None
    headers: tuple[Words, ...]
    detector: Words | None = None
    no_detector: BothLanguages | None = None

    @model_validator(mode="after")
    def _is_looked_for_or_says_why_not(self) -> CodeKind:
        if (self.detector is None) != (self.no_detector is not None):
            message = "a kind of code names its detector, or says why there is none"
            raise ValueError(message)
        if (self.check_digit in {"official", "unofficial"}) != (self.check_source is not None):
            message = "a known check digit says where its rule was read"
            raise ValueError(message)
        return self


@functools.cache
def code_kinds() -> tuple[CodeKind, ...]:
    """Return the kinds of codes: seven of the body, then the assigned numbers.

    >>> [one.detector for one in code_kinds() if one.check_digit == "unofficial"]
    ['driving-licence']
    """
    return tuple(CodeKind.model_validate(one) for one in toml("codes.toml")["codes"])


def code_kind(id: str) -> CodeKind:  # noqa: A002 - the word the files use
    """Return one kind of code. Raises `unknown-code-kind`, with the near match.

    >>> code_kind("passport").article_current.text.ja
    '施行令1条2号（未確認）'
    """
    return pick(id, {one.id: one for one in code_kinds()}, "unknown-code-kind")
