"""How useful a processed table still is: one measure per file, over numbers and codes, and the comparison of two tables.

A measure says what it means in `EXPLAINED`. Measures that take rows side by side (`il1s`, `il1`, `squared_error`,
`granularity`, `non_uniform_entropy`, `task`) need the same record on both sides; distances of distributions do not.
"""

from __future__ import annotations
