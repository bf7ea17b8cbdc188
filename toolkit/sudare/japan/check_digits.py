"""The codes that the law calls individual identification codes, told by their form and check digit.

A form proves little and a check digit one part in ten or eleven, so a single cell never decides: a column does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sudare.japan.widths import plain, plain_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MY_NUMBER_DIGITS = 12
_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # 平成26年総務省令第85号第5条, from the left
_MUNICIPALITY_WEIGHTS = (6, 5, 4, 3, 2)  # 総務省「全国地方公共団体コード仕様」
_LICENCE_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # not published officially; told alike by several private sources
_HYPHENS = str.maketrans(dict.fromkeys("-‐−–—―ー"))
_ENOUGH = 0.95  # random digits pass one time in ten; a register has a few slips of the pen, not one in twenty
_LOST_ZEROS = range(9, _MY_NUMBER_DIGITS)  # a spreadsheet that took the column for numbers drops leading zeros
LONG = min(_LOST_ZEROS)  # characters
MANY = 10_000  # values; most of them must be long, or none of them is looked at


def is_my_number(text: str) -> bool:
    """Tell whether a text has the form and the check digit of a My Number (個人番号).

    Full-width digits, spaces and hyphens are passed over. One random text of 12 digits in ten passes too.
    Source: 平成26年総務省令第85号第5条.

    >>> is_my_number("1234 5678 9018"), is_my_number("123456789012")
    (True, False)
    """
    code = _code(text)
    return _is_digits(code, _MY_NUMBER_DIGITS) and code[-1] == my_number_check_digit(code[:-1])


def my_number_check_digit(first11: str) -> str:
    """Return the check digit that follows the first 11 ASCII digits of a My Number.

    Weighted sum modulo 11; remainders 0 and 1 both give 0. Source: 平成26年総務省令第85号第5条.

    >>> my_number_check_digit("12345678901")
    '8'
    """
    rest = _weighted(first11, _MY_NUMBER_WEIGHTS) % 11
    return "0" if rest <= 1 else str(11 - rest)


def share_of_my_numbers(values: Iterable[str]) -> float:
    """Return the share of the distinct, non-blank values that pass as My Numbers; 0.0 where there are none.

    >>> share_of_my_numbers(["123456789018", "123456789018", "", "なし"])
    0.5
    """
    return _share({_code(value) for value in values} - {""})


def looks_like_my_number_column(values: Sequence[str]) -> bool:
    """Tell whether a column holds My Numbers: at least 95 % of its distinct values must pass; of few, all.

    Values of another form count against it, blank ones do not count. Values of 9 to 11 digits are tried with the
    leading zeros that a spreadsheet drops, provided that the column has full ones too. A few random numbers can
    pass by chance (one value: one time in ten): the answer is a reason to ask a person, not a proof.

    >>> looks_like_my_number_column(["123456789018", "１２３４ ５６７８ ９０１８", ""])
    True
    >>> looks_like_my_number_column(["123456789018", "123456789012"])
    False
    """
    if len(values) > MANY and sum(len(value) >= LONG for value in values) * 2 < len(values):
        return False
    codes = {value.translate(_HYPHENS) for value in plain_all(values)} - {""}
    if not any(_is_digits(code, _MY_NUMBER_DIGITS) for code in codes):
        return False
    return _most_pass({code.zfill(_MY_NUMBER_DIGITS) if len(code) in _LOST_ZEROS else code for code in codes})


def is_municipality_code(text: str) -> bool:
    """Tell whether a text has the form and check digit of a 6-digit municipality code (全国地方公共団体コード).

    The first two digits must be those of a prefecture (01 to 47). Source: 総務省, modulo 11.

    >>> is_municipality_code("011002"), is_municipality_code("011003")
    (True, False)
    """
    code = _code(text)
    if not _is_digits(code, 6) or not "01" <= code[:2] <= "47":
        return False
    return int(code[-1]) == (11 - _weighted(code, _MUNICIPALITY_WEIGHTS) % 11) % 10


def is_insurer_number(text: str) -> bool:
    """Tell whether a text has the form and check digit of an insurer number (保険者番号), of 8 or 6 digits.

    Weights 2 and 1 in turn from the right, the figures of two-figure products added, modulo 10. The number of the
    insured person has no check digit. Source: 保険者番号等設定要領.

    >>> is_insurer_number("06010011"), is_insurer_number("06010012")
    (True, False)
    """
    code = _code(text)
    if not (_is_digits(code, 8) or _is_digits(code, 6)):
        return False
    products = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(code))]
    return sum(product // 10 + product % 10 for product in products) % 10 == 0


def is_licence_number(text: str) -> bool:
    """Tell whether a text has the form of a driving licence number: 12 digits, the 11th checking the first 10.

    The rule (modulo 11; the last figure of 11 less the remainder) is UNOFFICIAL: private sources agree on it, no
    public one was found. A pass is a hint, a failure is no proof.

    >>> is_licence_number("309012345620"), is_licence_number("309012345630")
    (True, False)
    """
    code = _code(text)
    if not _is_digits(code, 12):
        return False
    return int(code[10]) == (11 - _weighted(code, _LICENCE_WEIGHTS) % 11) % 10


def is_residence_card(text: str) -> bool:
    """Tell whether a text has the form of a residence card number (在留カード番号): AA99999999AA. No check digit.

    >>> is_residence_card("AB12345678CD")
    True
    """
    return re.fullmatch("[A-Z]{2}[0-9]{8}[A-Z]{2}", _code(text).upper()) is not None


def is_passport(text: str) -> bool:
    """Tell whether a text has the form of a Japanese passport number: AA9999999. It has no check digit of its own.

    >>> is_passport("TK1234567"), is_passport("1234567")
    (True, False)
    """
    return re.fullmatch("[A-Z]{2}[0-9]{7}", _code(text).upper()) is not None


def _code(text: str) -> str:
    return plain(text).translate(_HYPHENS)


def _is_digits(code: str, length: int) -> bool:
    return len(code) == length and code.isascii() and code.isdigit()


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _most_pass(codes: set[str]) -> bool:
    passing = len(codes)
    for code in codes:
        passing -= not is_my_number(code)
        if passing / len(codes) < _ENOUGH:  # the rest cannot make up for it
            return False
    return True


def _share(codes: set[str]) -> float:
    return sum(map(is_my_number, codes)) / len(codes) if codes else 0.0
