"""The words of the screens: the regime's own where it has one, else those that all regimes share."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from sudare.law.guideline import pick
from sudare.law.reading import BothLanguages, toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sudare.language import Text
    from sudare.law.statutes import Regime

_TERMS: TypeAdapter[dict[str, Text]] = TypeAdapter(dict[str, BothLanguages])


@functools.cache
def shared_terms() -> Mapping[str, Text]:
    """Return the words that are the same in all regimes, by id.

    >>> shared_terms()["quasi-identifier"].ja
    '準識別子'
    """
    return _TERMS.validate_python(toml("glossary.toml")["terms"])


def term(id: str, regime: Regime) -> Text:  # noqa: A002 - the word the files use
    """Return a word of the screens as a regime says it. Raises `unknown-term`, with the near match.

    >>> from sudare.law import regimes
    >>> [term("output", one).ja for one in regimes()]
    ['非識別加工情報', '行政機関等匿名加工情報', '匿名加工情報']
    >>> {term("k-anonymity", one).ja for one in regimes()}
    {'k-匿名性'}
    """
    return pick(id, {**shared_terms(), **regime.terms}, "unknown-term")
