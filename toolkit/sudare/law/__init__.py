"""The guideline as data: standards, citations, regimes and worked examples. See README.md of this room."""

from sudare.law.cases import PSEUDO_ID, Column, Example, Table, example, examples
from sudare.law.guideline import Citation, Standard, citations, cite, standard, standards, table1
from sudare.law.outside import Threshold, thresholds, thresholds_with
from sudare.law.statutes import UNVERIFIED, Article, Regime, item_of, regime, regimes

__all__ = [
    "PSEUDO_ID",
    "UNVERIFIED",
    "Article",
    "Citation",
    "Column",
    "Example",
    "Regime",
    "Standard",
    "Table",
    "Threshold",
    "citations",
    "cite",
    "example",
    "examples",
    "item_of",
    "regime",
    "regimes",
    "standard",
    "standards",
    "table1",
    "thresholds",
    "thresholds_with",
]
