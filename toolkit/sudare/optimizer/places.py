"""A hierarchy for Japanese addresses: municipality, prefecture, region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sudare.japan.addresses import Ambiguous, Place, resolve
from sudare.optimizer.hierarchy import ALL, Hierarchy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sudare.optimizer.hierarchy import StepData

REGIONS: Final = {  # the eight regions as school atlases and official statistics group the prefectures
    "北海道": "北海道",
    "東北": "青森県 岩手県 宮城県 秋田県 山形県 福島県",
    "関東": "茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県",
    "中部": "新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県",
    "近畿": "三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県",
    "中国": "鳥取県 島根県 岡山県 広島県 山口県",
    "四国": "徳島県 香川県 愛媛県 高知県",
    "九州・沖縄": "福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県",
}
REGION_OF: Final = {prefecture: region for region, names in REGIONS.items() for prefecture in names.split()}


def places(addresses: Iterable[str]) -> Hierarchy:
    """Make the hierarchy address, municipality, prefecture, region; the steps use `address-to-municipality`.

    An address of several municipalities in one prefecture has the prefecture on the level of municipalities; one that
    is read in several prefectures, or not at all, is hidden from there on. Nothing is guessed.

    >>> places(["愛媛県松山市一番町4-4-2"]).rows
    (('愛媛県松山市一番町4-4-2', '愛媛県松山市', '愛媛県', '四国', '*'),)
    """
    rows = [(address, *_above(address), ALL) for address in addresses]
    to_region = {"technique": "map-values", "table": REGION_OF}
    steps = ((), (_cut("municipality"),), (_cut("prefecture"),), (_cut("prefecture"), to_region), ())
    return Hierarchy(tuple(rows), steps)


def _above(address: str) -> tuple[str, str, str]:
    found = resolve(address)
    if isinstance(found, Place):
        return found.prefecture + found.municipality, found.prefecture, REGION_OF[found.prefecture]
    if isinstance(found, Ambiguous) and len(found.prefectures) == 1:
        [prefecture] = found.prefectures
        return prefecture, prefecture, REGION_OF[prefecture]
    return ALL, ALL, ALL  # hidden cells are alike, and stay hidden


def _cut(to: str) -> StepData:
    return {"technique": "address-to-municipality", "to": to, "ambiguous": "prefecture", "unresolved": "suppress"}
