"""Asks every detector, in the order of the standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.findings.detectors import detectors

if TYPE_CHECKING:
    from sudare.findings.finding import Finding
    from sudare.findings.view import View


def detect(view: View) -> tuple[Finding, ...]:
    """Return what all detectors find in a table, by standard; what comes later sees what came before."""
    found: list[Finding] = []
    for detector in detectors():
        found += detector.look(view, tuple(found))
    return tuple(found)
