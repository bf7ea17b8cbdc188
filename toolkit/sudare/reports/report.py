"""The report of one run: a single page that a person can read, print and sign."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined

from sudare.language import NOTHING, Language, Text
from sudare.law import regime
from sudare.profiles import shown
from sudare.reports.assessment import attacks_shown, stage_notes
from sudare.reports.charts import charts
from sudare.reports.checks import checks_shown
from sudare.reports.decisions import person, standards_shown, steps_shown
from sudare.reports.sheets import sheets
from sudare.reports.usefulness import READ_AS
from sudare.reports.words import listed
from sudare.specs import content_hash
from sudare.tables.new_file import NewFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sudare.execution.job import Outcome
    from sudare.specs import Document

_PLACE = re.compile(r"(steps|dismissed|checks|approvals)\[(\d+)\]")
_PLACES = {
    "steps": Text("手順{n}", "step {n}"),
    "dismissed": Text("対応不要とした所見{n}", "dismissed finding {n}"),
    "checks": Text("検査{n}", "check {n}"),
    "approvals": Text("承認{n}", "approval {n}"),
}


def write_report(path: Path, document: Document, outcome: Outcome, lang: Language) -> None:
    """Write the report of a finished run to a new HTML file that needs nothing else: no script, no network.

    It tells what was decided, by whom and why, what was checked and what was not. No value of the data stands in it
    but those that at least ten records share; smaller counts are written as "<10". Nothing in it depends on the
    time of the run, so that the same run gives the same bytes.

    Raises:
        SudareError: `cannot-write` or `disk-full`; a file that exists is never written over.
    """
    page = _environment(lang).get_template("report.html.j2").render(_content(document, outcome), lang=lang)
    with NewFile(path) as file:
        file.write(page.encode("utf-8"))


def _environment(lang: Language) -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(ja: Text | str, en: str = "", **words: object) -> str:
        """Say a text in the language of the page; texts among the words likewise."""
        text = ja if isinstance(ja, Text) else Text(ja, en)
        return (text.fill(**words) if words else text).pick(lang)

    environment.globals["say"] = say
    environment.filters["number"] = _number
    environment.filters["place"] = _place
    environment.filters["percent"] = _percent
    environment.filters["figure"] = _figure
    environment.filters["names"] = _names_in(lang)
    return environment


def _read(name: str) -> str:
    return files("sudare.reports").joinpath(name).read_text(encoding="utf-8")


def _number(value: float | str | None) -> str:
    """Write a count: small ones as "<10", thousands set apart, a dash where there is none."""
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _figure(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _place(where: str) -> Text:
    """Name a place in a list of the spec as the page numbers it; elsewhere the message itself says where."""
    found = _PLACE.match(where)
    return _PLACES[found[1]].fill(n=int(found[2]) + 1) if found else NOTHING


def _names_in(lang: Language) -> Callable[[Iterable[str]], str]:
    return lambda names: listed(names).pick(lang)


def _content(document: Document, outcome: Outcome) -> dict[str, object]:
    spec, receipt = document.spec, outcome.receipt
    law = regime(spec.regime)
    steps = steps_shown(spec, receipt)
    standards = standards_shown(spec, law, steps)
    content = content_hash(document.text)
    output = receipt.output or {}
    return {
        "spec": spec,
        "receipt": receipt,
        "regime": law,
        "columns_in": len(spec.input.columns),
        "columns_out": len(outcome.schema.columns),
        "rows": _sizes(receipt.input.get("rows"), output.get("rows")),
        "added": shown(output.get("added", 0)),
        "people": _sizes(receipt.input.get("people"), output.get("people")),
        "standards": standards,
        "sheets": sheets(spec, standards),
        "unplaced": [one for one in steps if not one.step.standards],
        "steps": steps,
        "checks": checks_shown(spec, receipt),
        "k": min((c.value for c in receipt.checks if c.measure == "k-anonymity" and c.value is not None), default=None),
        "charts": charts(spec, outcome),
        "useful": receipt.usefulness,
        "read_as": READ_AS,
        "assessed": receipt.assessment,
        "attacks": list(attacks_shown(receipt.assessment)) if receipt.assessment is not None else [],
        "stage_notes": stage_notes(law),
        "content": content,
        "signatures": [(person(spec, a.by), a.until, a.of == content) for a in spec.approvals],
    }


def _sizes(before: int | None, after: int | None) -> tuple[int | str | None, int | str | None]:
    return (None if before is None else shown(before), None if after is None else shown(after))
