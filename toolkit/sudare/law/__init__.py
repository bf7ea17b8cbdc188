"""The guideline as data: standards, tables, eligibility, codes, regimes and worked examples. See README.md."""

from sudare.law.cases import PSEUDO_ID, Column, Example, Expected, Table, example, examples, numbered
from sudare.law.codes import CodeKind, code_kind, code_kinds
from sudare.law.eligibility import (
    Answer,
    EligibilityExample,
    Item,
    Question,
    eligibility_examples,
    items,
    question,
    questions,
)
from sudare.law.glossary import shared_terms, term
from sudare.law.guideline import Citation, Standard, citations, cite, standard, standards, table1
from sudare.law.outside import Threshold, thresholds, thresholds_with
from sudare.law.statutes import UNVERIFIED, Article, Provision, Regime, item_of, regime, regimes
from sudare.law.table2 import Security, security, table2

__all__ = [
    "PSEUDO_ID",
    "UNVERIFIED",
    "Answer",
    "Article",
    "Citation",
    "CodeKind",
    "Column",
    "EligibilityExample",
    "Example",
    "Expected",
    "Item",
    "Provision",
    "Question",
    "Regime",
    "Security",
    "Standard",
    "Table",
    "Threshold",
    "citations",
    "cite",
    "code_kind",
    "code_kinds",
    "eligibility_examples",
    "example",
    "examples",
    "item_of",
    "items",
    "numbered",
    "question",
    "questions",
    "regime",
    "regimes",
    "security",
    "shared_terms",
    "standard",
    "standards",
    "table1",
    "table2",
    "term",
    "thresholds",
    "thresholds_with",
]
