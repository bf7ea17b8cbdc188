"""Tells what went wrong where the person is looking: what, where, what to do now. Never a traceback."""

from __future__ import annotations

from contextlib import ContextDecorator
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Self

import ipywidgets as widgets

from sudare.errors import Problem, SudareError
from sudare.language import Text, preferred

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from sudare.language import Language

_HEAD = Text("できませんでした", "This could not be done")
_HEAD_MANY = Text("できませんでした（{n} 件）", "This could not be done ({n} reasons)")
_REPORT = Text("この行を添えて報告してください。", "Please report this line.")
# Beside its colour the box has a heading, a border and a sign, and it stands by itself: no style sheet is needed.
_BOX = (
    "border: 1px solid var(--jp-error-color1, #b00020); border-left-width: 0.4em; padding: 0.5em 0.8em; "
    "margin: 0.4em 0; overflow-wrap: anywhere; line-height: 1.5; color: var(--jp-ui-font-color1, #212121); "
    "background: var(--jp-layout-color1, #fff); max-height: 24em; overflow-y: auto"
)
_CODE = "font-family: var(--jp-code-font-family, monospace); color: var(--jp-ui-font-color1, #212121)"


def message(told: Problem | Iterable[Problem] | BaseException, lang: Language | None = None) -> widgets.HTML:
    """Return what went wrong as a box that a screen reader reads out (`role=alert`).

    Takes problems, or an error: of one that is not ours only the kind and the place in the code are told, since its
    text may quote the data.

    >>> from sudare.language import Text
    >>> box = message(Problem("bad-date", "steps[0]", Text("日付です。", "a date."), Text("直す。", "mend it.")), "en")
    >>> 'role="alert"' in box.value, "mend it." in box.value
    (True, True)
    """
    return widgets.HTML(message_html(problems_in(told), lang), layout=widgets.Layout(width="auto", max_width="100%"))


def message_html(problems: Iterable[Problem], lang: Language | None = None) -> str:
    """Return problems as markup, everything escaped."""
    chosen = lang or preferred()
    listed = list(problems)
    head = (_HEAD if len(listed) == 1 else _HEAD_MANY.fill(n=len(listed))).pick(chosen)
    lines = "".join(f"<li>{_line(problem, chosen)}</li>" for problem in listed)
    title = f'<strong><span aria-hidden="true">⚠ </span>{escape(head)}</strong>'
    points = f'<ul style="margin: 0.2em 0; padding-left: 1.4em">{lines}</ul>'
    return f'<div class="sudare-message" role="alert" style="{_BOX}">{title}{points}</div>'


def _line(problem: Problem, lang: Language) -> str:
    place = " ".join(part for part in (problem.where, f"[{problem.code}]") if part)
    now = problem.now.pick(lang)
    more = f'<div class="sudare-now">→ {escape(now)}</div>' if now else ""
    return f'{escape(problem.what.pick(lang))} <span style="{_CODE}">{escape(place)}</span>{more}'


def problems_in(told: Problem | Iterable[Problem] | BaseException) -> tuple[Problem, ...]:
    """Return the problems of an error; one that is not ours is reduced to its kind and its place.

    >>> problems_in(KeyError("117 歳"))[0].what.en
    'an unexpected error (KeyError).'
    """
    if isinstance(told, Problem):
        return (told,)
    if isinstance(told, SudareError):
        return told.problems
    if isinstance(told, BaseException):
        from sudare.production.session import unexpected

        return (replace(unexpected(told), now=_REPORT),)
    return tuple(told)


class ErrorsInPlace(ContextDecorator):
    """See `errors_in_place`."""

    def __init__(self, box: widgets.Box, lang: Language | None) -> None:
        """Take the box in which errors are told."""
        self._box = box
        self._lang = lang

    def __enter__(self) -> Self:
        """Take away what was told before."""
        self._put()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Tell the error, if there is one; an interrupt goes on."""
        if not isinstance(error, Exception):
            return False
        self._put(message(error, self._lang))
        return True

    def _put(self, *parts: widgets.Widget) -> None:
        old, self._box.children = self._box.children, parts
        for part in old:
            part.close()


def errors_in_place(box: widgets.Box, lang: Language | None = None) -> ErrorsInPlace:
    """Return what tells an error of a `with` block, or of a decorated function, in a box; what was there goes.

    The work after the error is not done, and nothing is raised: neither a traceback nor a log can quote the data.

    >>> box = widgets.VBox()
    >>> with errors_in_place(box, "en"):
    ...     raise KeyError("117 歳")
    >>> len(box.children), "117" in box.children[0].value
    (1, False)
    """
    return ErrorsInPlace(box, lang)
