"""Moves, adds, edits and removes whole entries in the text of a spec, each with the comments above it.

Done on the text, not on the tree: a tree hangs the comment above an entry on the end of the entry before.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedSeq

from sudare.errors import Refused
from sudare.specs.reading import load_yaml, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ruamel.yaml.comments import CommentedMap

# As YAML counts lines; a text may hold ends that Python's splitlines sees elsewhere.
_LINE = re.compile(r"[^\n\r\x85\u2028\u2029]*(?:\r\n|[\n\r\x85\u2028\u2029])|[^\n\r\x85\u2028\u2029]+$")
_NAMES = ("technique", "measure", "finding", "name", "nth", "columns", "of")  # what makes an entry the same one


@dataclass(frozen=True)
class Entry:
    """One entry of a list as it stands in the text: the comments above it, and itself, with its line ends."""

    above: str
    body: str


def rearranged(text: str, path: tuple[str, ...], wanted: list[Any], write: Callable[[str, int], str]) -> str:
    """Return the text in which the list at `path` holds the wanted entries, and nothing else is touched.

    `wanted` is plain data, as read from a text. `write` is given the present text of an entry (empty for a new one)
    and its place among the wanted ones, and returns its new text.
    A list that is not there, is empty or stands in brackets is left as it is, and so is a text laid out in a way that
    cannot be cut into lines.
    """
    tree = load_yaml(text)
    node = _at(tree, path)
    if not isinstance(node, CommentedSeq) or node.fa.flow_style() or not node:
        return text
    old = [plain(item) for item in node]
    if old == wanted:
        return text
    lines = _LINE.findall(text)
    starts, end = _places(lines, tree, node, path)
    if not wanted:
        emptied = _emptied(lines[: starts[0]], path[-1])
        return _checked("".join([*emptied, *lines[end:]]), path, wanted) or text
    entries = [_entry(lines[start:stop], node.lc.col) for start, stop in pairwise([*starts, end])]
    made = []
    for n, place in enumerate(origins(old, wanted)):
        before = entries[place] if place is not None else Entry("", "")
        body = before.body if place is not None and old[place] == wanted[n] else write(before.body, n)
        made.append(before.above + _indented(body, node.lc.col))
    return _checked("".join([*lines[: starts[0]], *made, *lines[end:]]), path, wanted) or text


def _checked(text: str, path: tuple[str, ...], wanted: list[Any]) -> str | None:
    """Return a text if it says what is wanted."""
    try:
        found = plain(_at(load_yaml(text), path))
    except Refused:
        return None
    return text if found == wanted else None


def _emptied(lines: list[str], key: str) -> list[str]:
    """Write an empty list behind the key, the last line that begins with it."""
    place = max((n for n, line in enumerate(lines) if line.lstrip(" ").startswith(f"{key}:")), default=None)
    if place is None:
        return lines
    return [*lines[:place], lines[place].replace(f"{key}:", f"{key}: []", 1), *lines[place + 1 :]]


def _at(tree: CommentedMap, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - a YAML tree
    node: Any = tree
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def _places(
    lines: Sequence[str], tree: CommentedMap, node: CommentedSeq, path: tuple[str, ...]
) -> tuple[list[int], int]:
    """Return the line at which each entry begins, with the comments above it, and the line after the last."""
    end, column = _next_key(lines, tree, path)
    while _is_aside(lines[end - 1], column):
        end -= 1
    starts = []
    for n in range(len(node)):
        start = node.lc.item(n)[0]
        while not lines[start][node.lc.col :].startswith("-"):  # the content may begin below its dash
            start -= 1
        while _is_aside(lines[start - 1], node.lc.col):
            start -= 1
        starts.append(start)
    return starts, end


def _next_key(lines: Sequence[str], tree: CommentedMap, path: tuple[str, ...]) -> tuple[int, int]:
    """Return the line and column of the first key behind the list, or where the text ends."""
    found = (len(lines), 0)
    node: Any = tree
    for key in path:
        keys = list(node)
        later = keys[keys.index(key) + 1 :]
        if later:
            found = node.lc.key(later[0])
        node = node[key]
    return found


def _is_aside(line: str, column: int) -> bool:
    """Say whether a line is empty or a comment that stands no deeper than a column."""
    content = line.lstrip(" ")
    return not content.strip() or (content.startswith("#") and len(line) - len(content) <= column)


def _entry(lines: Sequence[str], column: int) -> Entry:
    first = next(n for n, line in enumerate(lines) if not _is_aside(line, column))
    body = "".join(lines[first:])
    return Entry("".join(lines[:first]), body if body.endswith("\n") else body + "\n")


def origins(old: list[Any], wanted: list[Any]) -> list[int | None]:
    """Say for each wanted entry which old one it is: the same, else one of the same name, else the one left over."""
    free = list(range(len(old)))
    found: list[int | None] = [None] * len(wanted)

    def take(same: Callable[[Any, Any], bool]) -> None:
        for n, content in enumerate(wanted):
            if found[n] is None:
                found[n] = next((one for one in free if same(old[one], content)), None)
                if (place := found[n]) is not None:
                    free.remove(place)

    take(lambda one, other: bool(one == other))
    take(lambda one, other: _name(one) == _name(other))
    if Counter(found)[None] == len(free):
        take(lambda _one, _other: True)
    return found


def _name(entry: Any) -> Any:  # noqa: ANN401 - plain data
    return [entry.get(key) for key in _NAMES] if isinstance(entry, dict) else entry


def _indented(body: str, column: int) -> str:
    """Move an entry so that its dash stands in a column."""
    shift = column - (len(body) - len(body.lstrip(" ")))
    if not shift:
        return body
    return "".join(" " * shift + line if shift > 0 else line[-shift:] for line in _LINE.findall(body))
