"""Kinds of columns, found in tables that a person labelled before any detector was written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from findings.labelled_columns import GENERATED, REAL, generated
from findings.real_tables import real_table
from findings.views import view_of
from sudare.findings import detect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from sudare.findings import View

KINDS = {
    *("address", "birth-date", "email", "fine-date", "free-text", "person-name", "phone", "place", "postal-code"),
    *("biometric", "driving-licence", "insurance-number", "my-number", "passport", "pension-number"),
    *("residence-card", "resident-record-code", "linking-code"),
}


@dataclass
class Tally:
    """How many columns of a kind there are, were found, and were found rightly; and each miss."""

    labelled: int = 0
    found: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)


def looked_at() -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    """Yield each labelled column: where it stands, its label, and what it was found as."""
    with view_of(generated()) as view:
        kinds = kinds_of(view)
    for one in GENERATED:
        yield f"generated {one.header}", one.kinds, kinds[one.header]
    for (package, item), labels in REAL.items():
        with view_of(real_table(package, item).select(list(labels))) as view:
            kinds = kinds_of(view)
        for column, label in labels.items():
            yield f"{package}/{item} {column}", frozenset(label.split()), kinds[column]


def kinds_of(view: View) -> dict[str, frozenset[str]]:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for finding in detect(view):
        for column in finding.columns:
            if finding.kind in KINDS:
                kinds[column].add(finding.kind)
    return defaultdict(frozenset, {name: frozenset(found) for name, found in kinds.items()})


def test_labelled_columns_are_found_as_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    columns = list(looked_at())
    for where, labels, found in columns:
        for kind in labels | found:
            tally = tallies[kind]
            tally.labelled += kind in labels
            tally.found += kind in found
            tally.right += kind in labels & found
            if (kind in labels) != (kind in found):
                tally.misses.append(f"{'not found' if kind in labels else 'wrongly found'}: {where}")
    lines = [f"{'kind':22}{'labelled':>9}{'found':>7}{'precision':>11}{'recall':>8}"]
    for kind, tally in sorted(tallies.items()):
        precision = tally.right / tally.found if tally.found else 1.0
        recall = tally.right / tally.labelled if tally.labelled else 1.0
        lines.append(f"{kind:22}{tally.labelled:9}{tally.found:7}{precision:11.2f}{recall:8.2f}")
        lines += [f"    {miss}" for miss in tally.misses]
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201 - the table a person reads
    right, found, labelled = (
        sum(getattr(t, name) for t in tallies.values()) for name in ("right", "found", "labelled")
    )
    assert len(columns) >= 120
    assert right >= 0.95 * labelled
    assert right >= 0.95 * found
