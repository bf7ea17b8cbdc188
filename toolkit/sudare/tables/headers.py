"""Matches the header of a file with the declared columns: by name, and by number where a name is repeated."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import TYPE_CHECKING

from sudare.errors import Problem
from sudare.language import Text
from sudare.tables.schema import Column, same_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from sudare.tables.schema import Input, Type

    Key = tuple[str, int]

# A looser match could be a value: with a wrong header_row, the "headers" of the file are values of the data.
_CLOSE: Final = 0.75
_MANY: Final = 20  # places told; a file read wrongly may have thousands


def header_problems(found: Sequence[str], declared: Input) -> list[Problem]:
    """Return everything in which the header of a file differs from the declared columns, all at once.

    `found` are the headers from the left, '' for a blank one. Names are compared in NFC. Headers that the spec does
    not declare are told by position, never by name.

    >>> from sudare.tables.schema import Input
    >>> spec = Input.model_validate({"columns": [{"name": "年齢"}, {"name": "性別"}]})
    >>> [problem.code for problem in header_problems(["年齢", "住所"], spec)]
    ['missing-column', 'extra-column']
    """
    keys = _keys(found)
    wanted = [_key(column) for column in declared.columns]
    missing = [index for index, key in enumerate(wanted) if key not in keys]
    known = len(wanted) - len(missing)
    problems = [
        _missing(declared.columns[index], index, _near(wanted[index], keys, wanted, known), nothing_found=not known)
        for index in missing
    ]
    names = Counter(name for name, _ in wanted)
    repeated = {
        name: count
        for name, count in Counter(name for name, _ in keys).items()
        if name in names and count > 1 and any((name, nth) not in wanted for nth in range(1, count + 1))
    }
    problems += [_repeated(declared, name, count) for name, count in repeated.items()]
    extra = [place for place, key in enumerate(keys, 1) if key not in wanted and key[0] not in repeated]
    return [*problems, *_extra(extra)]


def positions(found: Sequence[str], declared: Input) -> list[int]:
    """Return where in the file, from 0, each declared column stands; `header_problems` said that each does."""
    keys = _keys(found)
    return [keys.index(_key(column)) for column in declared.columns]


def columns_of(found: Sequence[str], types: Sequence[Type]) -> tuple[Column, ...]:
    """Describe the columns of a file for which nothing is declared.

    A blank header is called `列N` by its position, a repeated one `name_2`, `name_3` and so on.

    >>> [column.called for column in columns_of(["年齢", "", "年齢"], ["text"] * 3)]
    ['年齢', '列2', '年齢_2']
    """
    keys = _keys(found)
    taken = {name for name, nth in keys if name.strip() and nth == 1}
    return tuple(
        _described(key, place, kind, taken) for place, (key, kind) in enumerate(zip(keys, types, strict=True), 1)
    )


def _described(key: Key, place: int, kind: Type, taken: set[str]) -> Column:
    name, nth = key
    about: dict[str, object] = {"name": name, "type": kind}
    if nth > 1:
        about["nth"] = nth
    if nth > 1 or not name.strip():
        about["as"] = _free(f"{name}_{nth}" if name.strip() else f"列{place}", taken)
    return Column.model_validate(about)


def _free(wished: str, taken: set[str]) -> str:
    name = wished
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _keys(found: Sequence[str]) -> list[Key]:
    seen: Counter[str] = Counter()
    return [(name, nth) for name, nth in _counted(found, seen)]


def _counted(found: Sequence[str], seen: Counter[str]) -> Iterator[Key]:
    for header in found:
        name = same_name(header)
        seen[name] += 1
        yield name, seen[name]


def _key(column: Column) -> Key:
    return same_name(column.name), column.nth


def _near(key: Key, keys: list[Key], wanted: list[Key], known: int) -> str | None:
    if 2 * known < len(wanted):  # most columns are missing: this is probably not the header at all
        return None
    free = [name for name, nth in keys if (name, nth) not in wanted]
    found = difflib.get_close_matches(key[0], free, n=1, cutoff=_CLOSE)
    return found[0] if found else None


def _missing(column: Column, index: int, near: str | None, *, nothing_found: bool) -> Problem:
    what = Text("列「{name}」がファイルにありません。", "the file has no column '{name}'.").fill(name=_shown(column))
    if near is not None:
        now = Text("「{near}」ではありませんか。", "Did you mean '{near}'?").fill(near=near)
    elif nothing_found:
        now = Text("header_row、delimiter、encoding を確かめてください。", "Check header_row, delimiter and encoding.")
    else:
        now = Text(
            "見出しの書き方が変わっていれば、name: をファイルのとおりに直してください。",
            "If the header is written otherwise now, change `name:` to it.",
        )
    return Problem("missing-column", f"input.columns[{index}]", what, now)


def _shown(column: Column) -> Text:
    name = column.name if column.name.strip() else column.called
    if column.nth == 1:
        return Text(name, name)
    return Text("{name}（{nth}番目）", "{name} (number {nth})").fill(name=name, nth=column.nth)


def _repeated(declared: Input, name: str, count: int) -> Problem:
    first = next(index for index, column in enumerate(declared.columns) if same_name(column.name) == name)
    what = Text(
        "見出し「{name}」はファイルに {count} 回あります。", "the header '{name}' stands {count} times in the file."
    ).fill(name=_shown(declared.columns[first].model_copy(update={"nth": 1})), count=count)
    now = Text("それぞれを nth: と as: で書いてください。", "Declare each of them with `nth:` and `as:`.")
    return Problem("repeated-column", f"input.columns[{first}]", what, now)


def _extra(places: list[int]) -> list[Problem]:
    if not places:
        return []
    listed = [*(str(place) for place in places[:_MANY]), *(["…"] if len(places) > _MANY else [])]
    what = Text(
        "宣言されていない列が {count} 列あります: 左から {ja} 列目。",
        "{count} columns of the file are not declared: from the left, numbers {en}.",
    ).fill(count=len(places), ja="、".join(listed), en=", ".join(listed))
    now = Text(
        "columns: に書き足してください。使わない列は out_of_scope: に書きます。",
        "Declare them under `columns:`; what is not used goes under `out_of_scope:`.",
    )
    return [Problem("extra-column", "input.columns", what, now)]
