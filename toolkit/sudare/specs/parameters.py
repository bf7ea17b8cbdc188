"""Parameters: values that stand in a spec as ${NAME} and may be set for one run, such as the year.

Put in on the plain tree, before anything is typed: a text becomes a text, never a list or a mapping, and what was put
in is not looked at again. The spec on disk keeps its ${NAME}.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from sudare.engines.predicates import as_written
from sudare.errors import Problem, UsageError, did_you_mean
from sudare.language import NOTHING, Text
from sudare.measures import measures
from sudare.models import path_of, private_keys
from sudare.specs.spec import PARAMETER_NAME, Spec
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sudare.models import Model

LITERAL = frozenset({"sudare", "parameters", "approvals"})  # parts in which ${ is a text like any other
_REFERENCE = re.compile(rf"(?P<escaped>\$\$\{{)|\$\{{(?P<name>{PARAMETER_NAME})\}}|(?P<broken>\$\{{)")


def declared(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that plain data of a spec declares, with their defaults; the model tells what is wrong."""
    given = data.get("parameters")
    texts = {str(name): as_written(value) for name, value in given.items()} if isinstance(given, dict) else {}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def filled(data: Mapping[str, Any], values: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """Put the values of the parameters in the place of ${NAME} in plain data of a spec; `$${` becomes `${`.

    Keys stay as they are. Returns the data and every fault: `unknown-parameter`, `bad-reference` (a `${` without a
    name and a `}`), `parameter-in-key`, `nested-parameter`. No value is told, nor a name that stands where values of
    the data may.

    >>> filled({"title": "${年}年度", "steps": [{"because": "$${年}"}]}, {"年": "2026"})
    ({'title': '2026年度', 'steps': [{'because': '${年}'}]}, [])
    """
    problems = [_nested()] if any(names_in(value) & values.keys() for value in values.values()) else []
    made = {key: part if key in LITERAL else _put_into(part, (key,), values, problems) for key, part in data.items()}
    return made, problems


def names_in(text: str) -> frozenset[str]:
    """Return the names of the parameters that a text refers to.

    >>> sorted(names_in("${a} $${b} ${c}"))
    ['a', 'c']
    """
    return frozenset(found["name"] for found in _REFERENCE.finditer(text) if found["name"])


def used(data: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the parameters that plain data of a spec refers to."""
    parts = (part for key, part in data.items() if key not in LITERAL)
    return frozenset(name for part in parts for text in _texts(part) for name in names_in(text))


def escaped(text: str) -> str:
    """Write a text so that it is read as it stands.

    >>> escaped("${a}")
    '$${a}'
    """
    return text.replace("${", "$${")


def settings(given: Iterable[str]) -> dict[str, str]:
    """Read settings NAME=VALUE as a command line gives them. Raises `UsageError`, which repeats none of them.

    >>> settings(["年=2026", "式=a=b"])
    {'年': '2026', '式': 'a=b'}
    """
    made: dict[str, str] = {}
    for n, text in enumerate(given, start=1):
        name, sign, value = text.partition("=")
        if not sign:
            raise _wrongly_set(n, Text("NAME=VALUE の形ではありません。", "it is not of the form NAME=VALUE."))
        if name in made:
            raise _wrongly_set(n, Text("同じ名前が前にもあります。", "its name was given before."))
        made[name] = value
    return made


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse the setting of a parameter that a spec does not declare. Raises `UsageError`."""
    known = tuple(known)
    problems = [_not_declared(name, known) for name in given if name not in known]
    if problems:
        raise UsageError(problems)


def _put_into(
    node: Any,  # noqa: ANN401 - plain data
    place: tuple[int | str, ...],
    values: Mapping[str, str],
    problems: list[Problem],
) -> Any:  # noqa: ANN401 - plain data
    if isinstance(node, dict):
        if any(names_in(str(key)) & values.keys() for key in node):
            problems.append(_in_key(_told_at(place)[0]))
        return {key: _put_into(part, (*place, str(key)), values, problems) for key, part in node.items()}
    if isinstance(node, (list, tuple)):
        return [_put_into(part, (*place, n), values, problems) for n, part in enumerate(node)]
    if not isinstance(node, str):
        return node
    problems += _faults(node, place, values)
    return _REFERENCE.sub(lambda found: _instead(found, values), node)


def _instead(found: re.Match[str], values: Mapping[str, str]) -> str:
    return "${" if found["escaped"] else values.get(found["name"] or "", found.group())


def _faults(text: str, place: tuple[int | str, ...], values: Mapping[str, str]) -> Iterator[Problem]:
    for found in _REFERENCE.finditer(text):
        if found["broken"]:
            what = Text("${ の後に名前と } がありません。", "no name and } follow ${.")
            now = Text("文字そのものなら $${ と書いてください。", "Write $${ for the signs themselves.")
            yield Problem("bad-reference", _told_at(place)[0], what, now)
        elif found["name"] and found["name"] not in values:
            yield _unknown(found["name"], place, values)


def _unknown(name: str, place: tuple[int | str, ...], values: Mapping[str, str]) -> Problem:
    where, private = _told_at(place)
    near = did_you_mean(name, values)
    now = near if near != NOTHING else Text("parameters: に書き足してください。", "Add it under `parameters:`.")
    if private:
        what = Text("知らないパラメーターです（表示しません）。", "an unknown parameter (not shown here).")
    else:
        what = Text("パラメーター「{name}」がありません。", "there is no parameter '{name}'.").fill(name=name)
    return Problem("unknown-parameter", where, what, now)


def _in_key(where: str) -> Problem:
    what = Text("キーの中ではパラメーターを使えません。", "a parameter cannot stand in a key.")
    return Problem("parameter-in-key", where, what, Text("値の側に書いてください。", "Use it in a value."))


def _nested() -> Problem:
    what = Text(
        "パラメーターの値の中ではパラメーターを使えません。", "the value of a parameter cannot refer to a parameter."
    )
    return Problem("nested-parameter", "parameters", what)


def _told_at(place: tuple[int | str, ...]) -> tuple[str, bool]:
    """Return a place as a path, which ends where values of the data may begin, and whether they may."""
    private = _private()
    stop = next((n for n, part in enumerate(place) if part in private), None)
    return path_of(place if stop is None else place[: stop + 1]), stop is not None


@functools.cache
def _private() -> frozenset[str]:
    kinds: tuple[type[Model], ...] = (Spec, *techniques().values(), *measures().values())
    return frozenset(key for kind in kinds for key in private_keys(kind))


def _texts(node: Any) -> Iterator[str]:  # noqa: ANN401 - plain data
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list, tuple)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _texts(part)


def _wrongly_set(n: int, what: Text) -> UsageError:
    now = Text("--set 名前=値 と書いてください。", "Write --set NAME=VALUE.")
    return UsageError(Problem("bad-setting", f"--set ({n})", what, now))


def _not_declared(name: str, known: tuple[str, ...]) -> Problem:
    what = Text("仕様にない名前です。", "the spec declares no parameter of this name.")
    near = did_you_mean(name, known)
    listed = Text("使えるもの: {names}。", "There are: {names}.").fill(names=", ".join(known))
    none = Text("仕様に parameters: がありません。", "The spec has no `parameters:`.")
    return Problem("unknown-parameter", "--set", what, near if near != NOTHING else listed if known else none)
