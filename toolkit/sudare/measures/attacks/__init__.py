"""Attacks on a processed table by somebody who knows something of its people: one attack per file.

`facing.py` says, for one column, what the attacker knows of a person and what the output shows; `fitting.py` finds
the records of the output that a person could be. Each attack says what it means in `EXPLAINED`; `assessment.py` puts
the answers together. An attack is measured by whoever processes, before anything is handed over, and tells counts and
the names of columns: it links no record to anybody.
"""
