"""Specs and tables as fingers, programs and worse spoil them: each made from a number, so that it can be made again."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import unicodedata
from io import StringIO
from typing import TYPE_CHECKING, Any

from leaks import canary
from leaks.planted_register import COLUMNS, NAMES, PLANTED_AT, SPEC, TYPES, rows, text
from sudare.specs.reading import load_yaml, plain, yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Dice = random.Random

COUNT = int(os.environ.get("SUDARE_MUTANTS", "120"))  # of each kind; the full number is 2000
PRIVATE = set(canary.PLANTED.values())

# --- texts: what a scalar may turn into, and what may stand between two signs

SCALARS = [
    "",
    " ",
    "null",
    "~",
    "true",
    "NaN",
    ".inf",
    "-.inf",
    "1e999",
    "-1e999",
    "1e-400",
    "9" * 400,
    "-" + "9" * 400,
    "0",
    "-0",
    "-1",
    "1.5",
    "0x1F",
    "0o17",
    "1_000",
    "１２",
    "१२",
    "½",
    "²",
    "12,5",
    "2026-13-45",
    "9999-12-31",
    "0000-00-00",
    "10000-01-01",
    "令和999年1月1日",
    "山田 2026-02-31",
    "a@b@c",
    "@",
    "..",
    "../../../secret.csv",
    "C:\\CON",
    "schools.csv\0",
    "x" * 20_000,
    "(" * 2_000,
    "(a+)+$" * 50,
    "[",
    "\\",
    "%",
    "{0.__class__}",
    "{name}",
    "'; DROP TABLE base1; --",
    "=1+1",
    "\u200b",
    "\u202e逆",
    "\ufeff",
    "が",
    "ｶﾞ",
    "\U000e0001",
    "\U00020bb7",
    "\ue000",
    "\x85",
    "\u2028",
    "年齢",
    "k-anonymity",
    "keep",
]
SIGNS = ["\0", "\t", "\x07", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u200b", "\u202e", "\ufeff", "\u3000", "\U0001f600"]
YAML_TRICKS = [
    "&a ",
    "*a ",
    "<<: *a\n",
    "!!python/object/apply:os.system ",
    "!!binary ",
    "!x ",
    "!<tag:yaml.org,2002:int> ",
    "---\n",
    "...\n",
    "%YAML 1.1\n---\n",
    "%TAG ! tag:x,2000:\n",
    "? ",
    "? [a, b]\n: ",
    "|\n",
    ">-\n  ",
    "- - - - ",
    "[" * 60,
    "{" * 60,
    "[" * 4_000,
    "{a: " * 2_000,
    "- " * 3_000,
    "#",
    "'",
    '"',
    '"\\x00',
    '"\\ud800"',
    '"\\U00110000"',
    "@",
    "`",
    "`: ",
    ": ",
    ", ,",
    "]",
    "}",
    "k" * 2_000 + ": ",
    "{[a]: b}",
    "{{a: b}: c}",
    "\r",
    "\r\n",
]

# --- specs

_STEP = re.compile(r"^  - .*\n(?:    .*\n)*", re.MULTILINE)
_ALWAYS = ("technique: pseudonymize", "columns: [登録日]")  # the unit and the check need them
_TOGETHER = "地区"  # kept, renamed, and a class: three steps that go together
_LAST = "add-dummies"  # it names every column that is left
_JOINED = ("join-table", "担当医", "所見")


def short_spec(dice: Dice, steps: int = 6) -> str:
    """Return the planted register's spec with some of its steps; columns that no step decides are out of scope.

    A run of every step takes some seconds, and mutants come by the thousand.
    """
    above, rest = SPEC.split("steps:\n")
    below = rest[rest.index("checks:\n") :]
    every = _STEP.findall(rest[: rest.index("checks:\n")])
    needed = [step for step in every if any(sign in step for sign in _ALWAYS)]
    joined = [step for step in every if any(word in step for word in _JOINED) and _LAST not in step]
    apart = [*needed, *joined, *(step for step in every if "圏域" in step)]
    drawn = dice.sample([step for step in every if step not in apart], steps) + (joined if dice.random() < 0.3 else [])
    if any(f"[{_TOGETHER}]" in step for step in drawn):
        drawn += [step for step in every if "圏域" in step and _LAST not in step]
    if any("suppress-near-anchor" in step for step in drawn):  # it hides cells, and decides no column
        drawn += [step for step in every if "grid-square" in step or "date-precision, columns: [訪問日時]" in step]
    chosen = [step for step in every if step in needed or step in drawn]
    decided = {name for name in COLUMNS if any(re.search(rf"columns: \[[^]]*\b{name}\b", step) for step in chosen)}
    if any("delete-records" in step for step in chosen):
        decided.add("職業")
        chosen.append("  - {technique: keep, columns: [職業], because: 残す}\n")
    left = ", ".join(name for name in COLUMNS if name not in decided)
    above = re.sub(
        r"^out_of_scope:.*\n", f"out_of_scope: {{columns: [{left}], because: 対象外}}\n", above, flags=re.MULTILINE
    )
    return f"{above}steps:\n{''.join(chosen)}{below}"


def spec_mutant(number: int) -> tuple[str, bytes]:
    """Return a spoiled spec and how it was spoiled."""
    dice = Dice(f"spec {number}")
    base = short_spec(dice, dice.choice((2, 6)))
    if dice.random() < 0.5:
        way = dice.choice(SPEC_TEXT)
        return f"text: {way.__name__}", way(dice, base)
    tree = plain(load_yaml(base))
    names = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        way_of = dice.choice(SPEC_TREE)
        names.append(way_of.__name__)
        way_of(dice, tree)
    return f"tree: {', '.join(names)}", _dumped(dice, tree)


def _dumped(dice: Dice, tree: dict[str, Any]) -> bytes:
    if dice.random() < 0.5:
        return json.dumps(tree, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    written = StringIO()
    yaml().dump(tree, written)
    return written.getvalue().encode("utf-8", "surrogatepass")


def cut(dice: Dice, whole: str) -> bytes:
    data = whole.encode()
    return data[: dice.randrange(len(data))]


def bytes_changed(dice: Dice, whole: str) -> bytes:
    return _spoiled(dice, whole.encode())


def line_dropped(dice: Dice, whole: str) -> bytes:
    lines = whole.splitlines(keepends=True)
    del lines[dice.randrange(len(lines))]
    return "".join(lines).encode()


def line_repeated(dice: Dice, whole: str) -> bytes:
    lines = whole.splitlines(keepends=True)
    place = dice.randrange(len(lines))
    lines[place:place] = [lines[place]] * dice.choice((1, 1, 2, 40))
    return "".join(lines).encode()


def lines_exchanged(dice: Dice, whole: str) -> bytes:
    lines = whole.splitlines(keepends=True)
    one, other = dice.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines).encode()


def indent_changed(dice: Dice, whole: str) -> bytes:
    lines = whole.splitlines(keepends=True)
    place = dice.randrange(len(lines))
    lines[place] = dice.choice(("", " ", "   ", "\t", " " * 40)) + lines[place].lstrip(" ")
    return "".join(lines).encode()


def trick_put_in(dice: Dice, whole: str) -> bytes:
    starts = [n for n in range(1, len(whole)) if whole[n - 1] in " \n[{" and whole[n] not in " \n"]
    place = dice.choice(starts)
    return (whole[:place] + dice.choice(YAML_TRICKS) + whole[place:]).encode()


def sign_put_in(dice: Dice, whole: str) -> bytes:
    place = dice.randrange(len(whole))
    return (whole[:place] + dice.choice(SIGNS) + whole[place:]).encode()


def half_surrogate(dice: Dice, whole: str) -> bytes:
    place = dice.randrange(len(whole))
    return (whole[:place] + "\ud83d" + whole[place:]).encode("utf-8", "surrogatepass")


def widths_changed(dice: Dice, whole: str) -> bytes:
    wide = {n: n + 0xFEE0 for n in range(0x21, 0x7F) if dice.random() < 0.1}
    return whole.translate(wide).encode()


def other_encoding(dice: Dice, whole: str) -> bytes:
    codec = dice.choice(("utf-16", "utf-32", "cp932", "euc-jp", "utf-8-sig", "iso2022_jp", "utf-7"))
    return whole.encode(codec, "replace")


def decomposed(_dice: Dice, whole: str) -> bytes:
    return unicodedata.normalize("NFD", whole).encode()


def other_line_ends(dice: Dice, whole: str) -> bytes:
    return whole.replace("\n", dice.choice(("\r\n", "\r", "\x85", "\u2028", "\n\n"))).encode()


def no_spec_at_all(dice: Dice, whole: str) -> bytes:
    return dice.choice(
        (
            b"",
            b"\n",
            b"#",
            b"null",
            b"[]",
            b"{}",
            b"sudare",
            b"sudare: 1",
            b"sudare: 99999999999999999999",
            b"sudare: " + b"9" * 5_000,
            "sudare: １".encode(),
            "sudare: ²".encode(),
            dice.randbytes(2_000),
            b"\xef\xbb\xbf" * 3 + whole.encode(),
            b"a" * (5 << 20),
            (whole + "# " + "x" * 100_000).encode(),
        )
    )


SPEC_TEXT: list[Callable[[Dice, str], bytes]] = [
    cut,
    bytes_changed,
    line_dropped,
    line_repeated,
    lines_exchanged,
    indent_changed,
    trick_put_in,
    trick_put_in,
    sign_put_in,
    half_surrogate,
    widths_changed,
    other_encoding,
    decomposed,
    other_line_ends,
    no_spec_at_all,
]


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Walk over a tree: each part as the list or mapping that holds it, and its place there."""
    for place, inner in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
        yield tree, place
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def part_dropped(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice(list(places(tree)))
    del holder[place]


def part_repeated(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice([found for found in places(tree) if isinstance(found[0], list)])
    holder.insert(dice.randrange(len(holder) + 1), copy.deepcopy(holder[place]))


def key_renamed(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice([found for found in places(tree) if isinstance(found[0], dict)])
    value = holder.pop(place)
    letters = list(place)
    letters[dice.randrange(len(letters))] = dice.choice("aeos_- 漢\u200b")
    known = [key for one, key in places(tree) if isinstance(one, dict) and key not in PRIVATE] or ["x"]
    holder[dice.choice(("".join(letters), dice.choice(known), "", "x" * 300, place.upper()))] = value


def scalar_changed(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice([(one, at) for one, at in places(tree) if isinstance(one[at], str)])
    holder[place] = dice.choice(SCALARS)


def number_changed(dice: Dice, tree: Any) -> None:
    numbers = [(one, at) for one, at in places(tree) if isinstance(one[at], str) and one[at].isdecimal()]
    if numbers:
        holder, place = dice.choice(numbers)
        holder[place] = dice.choice(SCALARS[:30])


def type_changed(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice(list(places(tree)))
    old = holder[place]
    holder[place] = dice.choice((None, [], {}, [old], {"x": old}, [[old]], "x", {"": ""}, [None], {"a": {"b": old}}))


def column_changed(dice: Dice, tree: Any) -> None:
    """Exchange the name of a column for another, where a step, a check or the unit names one."""
    named = [(one, at) for one, at in places(tree) if isinstance(one[at], str) and one[at] in NAMES]
    if named:
        holder, place = dice.choice(named)
        holder[place] = dice.choice(COLUMNS)


def choice_changed(dice: Dice, tree: Any) -> None:
    """Let a step be of another technique, or a column of another type or kind."""
    keys = {"technique", "type", "kind", "distribution", "method", "to", "ambiguous", "unresolved", "level", "encoding"}
    named = [(one, at) for one, at in places(tree) if isinstance(one, dict) and at in keys]
    if named:
        holder, place = dice.choice(named)
        others = [one[at] for one, at in named if at == place]
        holder[place] = dice.choice(others)


def nested_deep(dice: Dice, tree: Any) -> None:
    holder, place = dice.choice(list(places(tree)))
    for _ in range(dice.choice((3, 40, 49, 51, 200))):
        holder[place] = dice.choice(([holder[place]], {"all": [holder[place]]}, {"not": holder[place]}))


def order_changed(dice: Dice, tree: Any) -> None:
    lists = [one[at] for one, at in places(tree) if isinstance(one[at], list)]
    if lists:
        dice.shuffle(dice.choice(lists))


SPEC_TREE: list[Callable[[Dice, Any], None]] = [
    part_dropped,
    part_repeated,
    key_renamed,
    scalar_changed,
    scalar_changed,
    scalar_changed,
    number_changed,
    number_changed,
    type_changed,
    column_changed,
    choice_changed,
    choice_changed,
    nested_deep,
    order_changed,
]

# --- tables

ROWS = 50
CELLS = [
    "",
    " ",
    "\u3000",
    "不明",
    "NULL",
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "-1e400",
    "1e-400",
    "1e308",
    "1.7976931348623157e308",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 300,
    "0.1234567890123456789",
    "-0",
    "+5",
    "５４",
    "१२",
    "1,234",
    "12.",
    ".5",
    "0x10",
    "1_000",
    "true",
    "=1+1",
    "@cmd",
    "\t=x",
    "明治0年1月1日",
    "明治元年1月1日",
    "令和999年1月1日",
    "昭和64年1月8日",
    "平成31年5月1日",
    "大正15年12月26日",
    "慶応3年1月1日",
    "R0.0.0",
    "S99.99.99",
    "H1",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "99999-01-01",
    "2026-02-29",
    "2026-02-30",
    "2026/13/01",
    "20260101",
    "45000",
    "2026-01-01T25:61:61",
    "2026-01-01 00:00:00+09:00",
    "2022-03-14 15:09:26.123456789",
    "90.0",
    "-180.1",
    "139.745433",
    "〒000-0000",
    "000",
    "7",
    "\U00020bb7野家",
    "\ue000",
    "\ufffd",
    "e\u0301",
    "\u202e",
    "*",
    "-",
    "'",
    '"',
    '""',
    '"a',
    'a"b',
    "a,b",
    "a\nb",
    "a\rb",
    "\0",
    "x" * 200_000,
    "あ" * 70_000,
    '"' + "x" * 150_000,
]


# What the type of a column takes, and no table holds.
EXTREMES = {
    "text": ["\U00020bb7野家", "\ue000", "e\u0301", "'", "*", "=1+1", "@x", "不明", "0", "x" * 20_000, "愛媛県", "〒7"],
    "integer": ["9223372036854775807", "-9223372036854775808", "-1", "0", "００", "+5", ""],
    "decimal": ["1e308", "-1e308", "1e-300", "999999999999999", "-0", "0.000000000000001", "33.9", "133", ""],
    "date": [
        "0001-01-01",
        "9999-12-31",
        "明治6年1月1日",
        "1582-10-10",
        "1900-02-28",
        "2100-03-01",
        "令和8年2月28日",
        "",
    ],
    "datetime": ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-02-28 24:00:00", "1969-12-31 23:59:59", ""],
}


def table_mutant(number: int) -> tuple[str, bytes, str]:
    """Return how a table was spoiled, the table, and a spec for it as it was."""
    dice = Dice(f"table {number}")
    table, header = rows(ROWS), list(COLUMNS)
    spec = short_spec(dice, dice.choice((3, 6)))
    if dice.random() < 0.3:  # let what can be detected be detected
        spec = spec.replace("  encoding: cp932\n", "")
    names = []
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        if not table:
            break
        change = dice.choice(TABLE_CELLS)
        names.append(change.__name__)
        change(dice, table, header)
    if names and dice.random() < 0.6:
        return ", ".join(names), text(table, header).encode("cp932", "replace"), spec
    way = dice.choice(TABLE_BYTES)
    return ", ".join([*names, way.__name__]), way(dice, text(table, header)), spec


def odd_cell(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    place = dice.randrange(len(COLUMNS))
    dice.choice(table)[place : place + 1] = [dice.choice(CELLS)]


def odd_column(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    place, cells = dice.randrange(len(COLUMNS)), dice.sample(CELLS[:60], 4)
    for row in table:
        row[place : place + 1] = [dice.choice(cells)]


def extreme_cells(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    for _ in range(dice.choice((1, 3))):
        place = dice.randrange(len(COLUMNS))
        kind = TYPES[COLUMNS[place]].split(",")[0].removeprefix("type: ")
        for row in dice.choice((table, table, table[:1], table[-3:])):
            row[place : place + 1] = [dice.choice(EXTREMES[kind])]


def value_in_another_column(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    row = table[min(PLANTED_AT + dice.randrange(5), len(table) - 1)]
    if len(row) > 1:
        one, other = dice.sample(range(len(row)), 2)
        row[one], row[other] = row[other], row[one]


def planted_as_another_type(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    place = dice.randrange(len(COLUMNS))
    dice.choice(table)[place : place + 1] = [dice.choice(sorted(PRIVATE))]


def cell_lost(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    row = dice.choice(table)
    place = dice.randrange(len(COLUMNS))
    del row[place : place + dice.choice((1, 1, 100))]


def cell_too_many(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    row = dice.choice(table)
    place = dice.randrange(len(COLUMNS))
    row[place:place] = [dice.choice(("", "x", canary.NAME))] * dice.choice((1, 2, 300))


def rows_lost(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    keep = dice.choice((0, 1, 2, 5))
    table[:] = table[PLANTED_AT : PLANTED_AT + keep]


def rows_repeated(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    table.extend(copy.deepcopy(table[PLANTED_AT : PLANTED_AT + 5]) * dice.choice((1, 20)))


def blank_rows(dice: Dice, table: list[list[str]], _header: list[str]) -> None:
    table.insert(dice.randrange(len(table) + 1), dice.choice(([], [""], [""] * len(COLUMNS), [" "])))


def header_changed(dice: Dice, table: list[list[str]], header: list[str]) -> None:
    place = dice.randrange(len(header))
    what = dice.randrange(7)
    if what == 0:
        del header[place]
    elif what == 1:
        header.insert(place, header[place])
    elif what == 2:
        header[place] = dice.choice(("", " ", header[place] + "　", header[place] + "\u200b", "X" * 500, canary.NAME))
    elif what == 3:
        header[place] = unicodedata.normalize("NFD", header[place])
    elif what == 4:
        dice.shuffle(header)
    elif what == 5:
        header[:] = table[min(PLANTED_AT, len(table) - 1)]  # no header: the first record stands in its place
    else:
        table.insert(0, list(header))


TABLE_CELLS: list[Callable[[Dice, list[list[str]], list[str]], None]] = [
    odd_cell,
    odd_cell,
    odd_cell,
    odd_column,
    extreme_cells,
    extreme_cells,
    extreme_cells,
    extreme_cells,
    extreme_cells,
    value_in_another_column,
    planted_as_another_type,
    cell_lost,
    cell_too_many,
    rows_lost,
    rows_repeated,
    blank_rows,
    header_changed,
]


def _spoiled(dice: Dice, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 20, 200))):
        place = dice.randrange(len(changed))
        what = dice.randrange(4)
        if what == 0:
            changed[place] ^= 1 << dice.randrange(8)
        elif what == 1:
            changed[place] = dice.randrange(256)
        elif what == 2:
            changed[place:place] = dice.randbytes(dice.choice((1, 2, 8)))
        else:
            del changed[place : place + dice.choice((1, 2, 8))]
    return bytes(changed)


def table_bytes_changed(dice: Dice, whole: str) -> bytes:
    return _spoiled(dice, whole.encode("cp932", "replace"))


def table_cut(dice: Dice, whole: str) -> bytes:
    data = whole.encode("cp932", "replace")
    return data[: dice.randrange(len(data))]


def quotes_put_in(dice: Dice, whole: str) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 5))):
        place = dice.randrange(len(whole))
        whole = whole[:place] + dice.choice(('"', '""', '"""', '",', ',"', '"\r\n')) + whole[place:]
    return whole.encode("cp932", "replace")


def all_quoted(dice: Dice, whole: str) -> bytes:
    mark = dice.choice(('"', '"', "'"))
    lines = (",".join(f"{mark}{cell}{mark}" for cell in line.split(",")) for line in whole.split("\r\n"))
    return "\r\n".join(lines).encode("cp932", "replace")


def table_in_another_encoding(dice: Dice, whole: str) -> bytes:
    codecs = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "euc-jp", "iso2022_jp", "utf-7", "cp932")
    one, other = dice.choice(codecs), dice.choice(codecs)
    middle = dice.choice((len(whole), len(whole), dice.randrange(len(whole))))
    return whole[:middle].encode(one, "replace") + whole[middle:].encode(other, "replace")


def another_delimiter(dice: Dice, whole: str) -> bytes:
    sign = dice.choice(("\t", ";", "|", " ", "、", ",,", "\0"))
    return whole.replace(",", sign, dice.choice((-1, -1, 300))).encode("cp932", "replace")


def another_line_end(dice: Dice, whole: str) -> bytes:
    sign = dice.choice(("\n", "\r", "\n\r", "\r\r\n", "\x85", "\u2028", "\x0b", "\0"))
    return whole.replace("\r\n", sign, dice.choice((-1, 5))).encode(dice.choice(("cp932", "utf-8")), "replace")


def zeros_put_in(dice: Dice, whole: str) -> bytes:
    data = bytearray(whole.encode("cp932", "replace"))
    for _ in range(dice.choice((1, 5, 1000))):
        place = dice.randrange(len(data))
        data[place:place] = b"\0"
    return bytes(data)


def not_a_table(dice: Dice, whole: str) -> bytes:
    data = whole.encode("cp932", "replace")
    starts = (
        b"PAR1",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"%PDF",
        b"\xd0\xcf\x11\xe0",
        b"\xef\xbb\xbf\xef\xbb\xbf",
        b"\xff\xfe",
    )
    return dice.choice(
        (
            b"",
            b"\r\n" * 50,
            b"\0" * 5_000,
            dice.randbytes(5_000),
            dice.choice(starts) + data,
            b"PAR1" + dice.randbytes(500) + b"PAR1",
            b'"' * 3_001,
            b"," * 5_000,
            data.replace(b"\r\n", b""),
        )
    )


TABLE_BYTES: list[Callable[[Dice, str], bytes]] = [
    table_bytes_changed,
    table_bytes_changed,
    table_cut,
    quotes_put_in,
    quotes_put_in,
    all_quoted,
    table_in_another_encoding,
    another_delimiter,
    another_line_end,
    zeros_put_in,
    not_a_table,
]
