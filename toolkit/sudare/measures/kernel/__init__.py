"""Counts over whole numbers: columns are encoded once, and every measure of risk is worked out from the codes.

`encode` makes a column of cells a column of codes; `classes_of` groups lines that are alike; `compatible_with` counts
lines that a line could be taken for where a missing cell fits every value; `from_engine.combinations_of` lets the
engine group first, for tables that do not fit into memory. No result depends on the order of the rows, the type the values are stored in,
or the order of the columns, since codes are only ever compared.
"""

from __future__ import annotations

from sudare.measures.kernel.classes import Classes, classes_of
from sudare.measures.kernel.encoding import Column, encode
from sudare.measures.kernel.wildcards import Compatible, compatible_with

__all__ = ["Classes", "Column", "Compatible", "classes_of", "compatible_with", "encode"]
