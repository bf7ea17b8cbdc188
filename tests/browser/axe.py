"""Asks axe-core, the accessibility checker, about a page; its script comes with the development extra."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ASK = """async ([within]) => {
  const told = await axe.run(within, { resultTypes: ['violations'] });
  return [told.passes.length, told.violations.map((fault) =>
    `${fault.impact} ${fault.id}: ${fault.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`)];
}"""


def faults(page: Page, within: str) -> list[str]:
    """Return what axe finds wrong in a part of a page: how serious, which rule, and where."""
    script = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(script)
    passed, found = page.evaluate(_ASK, [within])
    assert passed > 0, "axe looked at nothing"
    return list(found)
