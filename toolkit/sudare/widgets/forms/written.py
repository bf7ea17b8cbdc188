"""An entry that is written as in a spec file: for what has no simpler form."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from sudare.engines.predicates import as_written
from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.models import Model
from sudare.specs.reading import load_yaml, plain, yaml
from sudare.widgets.forms.entry import LEFT_OUT, Entry

if TYPE_CHECKING:
    from sudare.language import Language
    from sudare.widgets.forms.entry import Raw

_NOTE = Text("仕様ファイルと同じ書き方（YAML）で書きます。", "Written as in a spec file (YAML).")
_KEY = "entry"
_INDENT = "  "


class Written(Entry):
    """A text area that holds YAML."""

    @override
    def control(self, lang: Language, raw: Raw) -> dict[str, Any]:
        """Several lines in a fixed-width font."""
        return {"kind": "area", "rows": 6, "note": _NOTE.pick(lang)}

    @override
    def shown(self, plain: Any) -> Raw:
        """The YAML."""
        return yaml_of(plain)

    @override
    def read(self, raw: Raw) -> Any:
        """What the YAML says. Raises Refused as a spec file does, with the line."""
        return from_yaml(raw, self.path) if raw.strip() else LEFT_OUT


def yaml_of(data: Any) -> str:  # noqa: ANN401 - plain data
    r"""Write plain data as it may stand in a spec file.

    >>> yaml_of({"column": "年齢", "at_least": "090"})
    'column: 年齢\nat_least: 090\n'
    """
    out = StringIO()
    yaml().dump(_plain_texts(data), out)
    return out.getvalue().removesuffix("...\n")  # which ends a lone scalar


def from_yaml(text: str, where: str) -> Any:  # noqa: ANN401 - plain data
    """Read YAML as a spec file is read: every scalar is text. Raises Refused; lines are told by number.

    >>> from_yaml("- {name: a, type: text}", "input")
    [{'name': 'a', 'type': 'text'}]
    """
    under = "".join(f"{_INDENT}{line}\n" for line in text.splitlines())
    try:
        return plain(load_yaml(f"{_KEY}:\n{under}"))[_KEY]
    except Refused as refused:
        raise Refused([_one_line_up(problem, where) for problem in refused.problems]) from None


def _one_line_up(problem: Problem, where: str) -> Problem:
    word, _, number = problem.where.partition(" ")
    what = problem.what
    if word == "line" and number.isdigit():
        at = Text("{n} 行目:", "line {n}:").fill(n=int(number) - 1)
        what = at.join(what)
    return Problem(problem.code, where, what, problem.now)


def _plain_texts(data: Any) -> Any:  # noqa: ANN401 - plain data
    if isinstance(data, Model):
        return _plain_texts(data.to_dict())
    if isinstance(data, dict):
        return {str(key): _plain_texts(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain_texts(value) for value in data]
    return str(as_written(data))
