"""What in a table has to be decided, found by one detector per file. A finding proposes; a person decides."""

from __future__ import annotations

from sudare.findings.detecting import detect
from sudare.findings.detector import Detector
from sudare.findings.finding import Finding, Level, Suggestion
from sudare.findings.found import Found
from sudare.findings.view import ColumnView, Share, View

__all__ = ["ColumnView", "Detector", "Finding", "Found", "Level", "Share", "Suggestion", "View", "detect"]
