"""Names of people: in kanji, in kana, in Latin letters; those of the head of the household and of guardians too."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from typing_extensions import override

from sudare.findings.header import latin_words, says
from sudare.findings.one_column import OneColumn
from sudare.findings.usual_steps import delete
from sudare.japan.surnames import begins_with_surname
from sudare.japan.widths import plain
from sudare.language import Text

if TYPE_CHECKING:
    from sudare.findings.finding import Suggestion
    from sudare.findings.view import ColumnView, Share

_KANJI = re.compile(r"[\u3400-\u9fff々ヶ\U00020000-\U0003ffff]{2,8}")
_TITLE = re.compile(r"(?:様|殿|氏|さん|君|先生|医師|看護師|保健師|教諭)$")
_PLACE = re.compile(r"[都道府県市区町村郡校園院所店局課部社会駅港線科症病炎癌]$")  # how names of other things end
_GIVEN = re.compile(r"[\u3400-\u9fff々ぁ-んァ-ヶー\U00020000-\U0003ffff]{0,5}")
_KANA = re.compile(r"[ァ-ヶー]{2,8}[ \u3000・･]+[ァ-ヶー]{1,8}|[ぁ-んー]{2,8}[ \u3000]+[ぁ-んー]{1,8}")
_TITLED = re.compile(r"[A-Za-z'’ -]+, (?:Mr|Mrs|Ms|Miss|Master|Dr|Rev|Prof)\.? .+|(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z].+")
_WORDY = re.compile(r"[^0-9\n]{1,40}")
_ANY_KANA = re.compile(r"[ァ-ヶー・ \u3000]{2,20}|[ぁ-んー \u3000]{2,20}")
_WHOSE = frozenset(
    ("first", "last", "given", "family", "sur", "middle", "maiden", "full", "patient", "customer", "person", "guardian")
)
_JAPANESE = (
    *("氏名", "姓名", "名前", "お名前", "しめい", "なまえ", "フリガナ", "ふりがな", "世帯主", "保護者", "旧姓", "通称"),
    *(
        "申請者",
        "申込者",
        "届出人",
        "本人名",
        "代理人",
        "扶養者",
        "被保険者名",
        "患者名",
        "児童名",
        "生徒名",
        "担当医",
        "主治医",
    ),
    *(
        "担当者",
        "職員名",
        "親権者",
        "後見人",
        "連絡先氏名",
        "surname",
        "firstname",
        "lastname",
        "fullname",
        "kana",
        "romaji",
    ),
)
_PLAINLY = ("氏名", "姓名", "フリガナ", "ふりがな")  # headers that mean nothing else, however few the rows
_NOT = ("続柄", "有無", "区分", "コード", "番号", "住所", "電話", "生年", "年齢", "性別", "人数", "日")
_ENOUGH_DIFFERENT = 10  # different values; a category has fewer
_FEW = 0.02  # of the cells; a list of drugs or towns has fewer different values
_MOST = 0.5  # of the cells


class PersonName(OneColumn):
    """Finds columns of names."""

    kind = "person-name"
    label = Text("氏名", "names of people")
    about = Text(
        "漢字（よくある約1,900の姓から始まる）、カナ（姓と名の間に空白）、敬称の付いたローマ字の氏名を探します。見出しが氏名を"
        "示せば、それ以外の書き方でも見つけます。見出しのない珍しい姓だけの列は見つけられません。",
        "Looks for names in kanji (beginning with one of some 1,900 common surnames), in kana (with a space inside) and, "
        "with a title, in Latin letters. Where the header says so, in any other writing. A column of rare surnames alone "
        "under a header that says nothing is not seen.",
    )
    standard = 1
    level = "must"
    alone = 0.6
    turn = 1
    words = _JAPANESE
    but = _NOT

    @override
    def has_form(self, text: str) -> bool:
        return _is_name(text)

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        different = len(column.sample)
        if self.is_named(column.header):
            return True
        return different >= max(_ENOUGH_DIFFERENT, _FEW * share.cells)

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=1),)


class NamedSo(OneColumn):
    """Finds columns whose header says that they hold names, whatever the writing."""

    kind = "person-name"
    label = PersonName.label
    about = PersonName.about
    standard = 1
    level = "must"
    alone = None
    beside = 0.8
    turn = 2
    words = _JAPANESE
    but = _NOT

    @override
    def is_named(self, header: str) -> bool:
        latin = latin_words(header)
        whose = "name" in latin and (latin == ("name",) or bool(_WHOSE & set(latin)))
        return whose or super().is_named(header)

    @override
    def has_form(self, text: str) -> bool:
        return _WORDY.fullmatch(text) is not None

    @override
    def fits(self, column: ColumnView, share: Share) -> bool:
        if says(column.header, _PLAINLY, _NOT):
            return True
        enough = _ENOUGH_DIFFERENT
        if column.share(lambda text: _ANY_KANA.fullmatch(text) is not None).share > _MOST:
            enough = max(enough, round(_FEW * share.cells))
        return len(column.sample) >= enough

    @override
    def steps(self, column: ColumnView) -> tuple[Suggestion, ...]:
        return (delete(column.name, standard=1),)


@functools.lru_cache(maxsize=200_000)
def _is_name(text: str) -> bool:
    if _KANA.fullmatch(text.strip()) or _TITLED.fullmatch(text):
        return True
    written = _TITLE.sub("", plain(text))
    if not _KANJI.match(written[:2]) and not _KANJI.fullmatch(written[:1]):
        return False
    rest = begins_with_surname(written)
    if rest is None or not _GIVEN.fullmatch(rest):
        return False
    return written != plain(text) or not _PLACE.search(written) or " " in text or "\u3000" in text
