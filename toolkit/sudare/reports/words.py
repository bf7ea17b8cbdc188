"""What a step's parameters say, in words for a reader, without any value that may be of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_origin

from sudare.engines.predicates import Predicate
from sudare.language import NOTHING, Text
from sudare.models import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic.fields import FieldInfo

# Told elsewhere on the page, each in its own place.
_ELSEWHERE = frozenset({"technique", "measure", "columns", "standards", "because", "by", "disabled"})
# What the choices of our own techniques say; a choice of another package is told as it is written.
_CHOICES = {
    "age": Text("年齢", "age"),
    "default": Text("決めた区分にする", "use the group given"),
    "digits": Text("数字", "digits"),
    "down": Text("切り捨て", "down"),
    "drop": Text("落とす", "drop"),
    "era-year": Text("和暦の年", "year of the era"),
    "half-even": Text("偶数への丸め", "half to even"),
    "half-up": Text("四捨五入", "half up"),
    "hmac": Text("鍵付きハッシュ", "keyed hash"),
    "keep": Text("残す", "keep"),
    "laplace": Text("ラプラス分布", "Laplace"),
    "mean": Text("平均", "mean"),
    "median": Text("中央値", "median"),
    "medoid": Text("中心の値", "medoid"),
    "merge": Text("まとめる", "merge"),
    "mode": Text("最頻値", "mode"),
    "month": Text("月", "month"),
    "multiplicative": Text("掛け算", "multiplicative"),
    "municipality": Text("市区町村", "municipality"),
    "normal": Text("正規分布", "normal"),
    "prefecture": Text("都道府県", "prefecture"),
    "quarter": Text("四半期", "quarter"),
    "random": Text("無作為", "random"),
    "random-table": Text("鍵で並べた通し番号", "numbers in an order by the key"),
    "rank": Text("順位の近いもの", "by rank"),
    "stop": Text("実行を止める", "stop the run"),
    "suppress": Text("削除する", "suppress"),
    "uniform": Text("一様分布", "uniform"),
    "up": Text("切り上げ", "up"),
    "year": Text("年", "year"),
}
_BY_DEFAULT = Text("{choice}（既定）", "{choice} (default)")
_YES, _NO = Text("はい", "yes"), Text("いいえ", "no")
_NOT_SHOWN = Text("（表示しません）", "(not shown)")
_ENTRIES = Text("（{n}件）", "({n} entries)")
_ENTRY = Text("（1件）", "(1 entry)")
_CONDITION = Text(
    "条件に当てはまる行（条件の値は表示しません）。見る列: {columns}",
    "rows that meet a condition (its values are not shown). Columns looked at: {columns}",
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a step: its title, and what was chosen."""

    title: Text
    value: Text


def parameters(model: Model) -> tuple[Parameter, ...]:
    """Return what was chosen in a step, in the order of its form, told to a person.

    What may hold values of the data is told by its number of entries only; of a condition, only the columns are
    named. Left out are parameters that are empty, those told elsewhere (columns, standards, reason, name), and
    those that nobody wrote, except choices: such as what happens in a doubtful case, told as left at its default.

    >>> from sudare.techniques import techniques
    >>> data = {"technique": "delete-small-classes", "columns": ["age"], "below": "5", "because": "rule 4"}
    >>> [tuple(p.value) for p in parameters(techniques()["delete-small-classes"].model_validate(data))]
    [('5', '5')]
    """
    return tuple(_told(model))


def choice_told(choice: str) -> Text | None:
    """Say what a choice of our own techniques means, None for one that is told as it is written.

    >>> choice_told("half-up").en
    'half up'
    """
    return _CHOICES.get(choice)


def _told(model: Model) -> Iterator[Parameter]:
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name in _ELSEWHERE or value is None or value in ((), {}, []):
            continue
        private = bool(_described(info).get("x-private"))
        if get_origin(info.annotation) is Literal and not private:
            choice = _CHOICES.get(value, Text(str(value), str(value)))
            yield Parameter(
                _title(name, info), choice if name in model.model_fields_set else _BY_DEFAULT.fill(choice=choice)
            )
        elif name in model.model_fields_set:
            yield Parameter(_title(name, info), _chosen(value, private=private))


def _described(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _title(name: str, info: FieldInfo) -> Text:
    title = _described(info).get("x-title")
    return Text(title["ja"], title["en"]) if isinstance(title, dict) else Text(name, name)


def _chosen(value: Any, *, private: bool) -> Text:  # noqa: ANN401 - any parameter
    if isinstance(value, Predicate):
        return _CONDITION.fill(columns=listed(value.columns()))
    if private:
        return _counted(value)
    if isinstance(value, (Model, dict, list, tuple)):
        return _several(value)
    if isinstance(value, bool):
        return _YES if value else _NO
    return Text(str(value), str(value))


def _several(value: Model | dict[Any, Any] | list[Any] | tuple[Any, ...]) -> Text:
    if isinstance(value, Model):
        inner = [Text("{title}: {value}", "{title}: {value}").fill(title=p.title, value=p.value) for p in _told(value)]
        return _joined(inner, Text("；", "; "))
    if isinstance(value, dict):
        return _joined([_pair(key, inner) for key, inner in value.items()], Text("；", "; "))
    return _joined([_chosen(inner, private=False) for inner in value], Text("、", ", "))


def _counted(value: Any) -> Text:  # noqa: ANN401 - any parameter
    if not isinstance(value, (dict, list, tuple)):
        return _NOT_SHOWN
    n = _entries(value)
    return _ENTRY if n == 1 else _ENTRIES.fill(n=n)


def _entries(value: Any) -> int:  # noqa: ANN401 - any parameter
    """Count what stands at the ends of nested mappings and lists."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else None
    return 1 if inner is None else sum(_entries(one) for one in inner)


def _pair(key: Any, value: Any) -> Text:  # noqa: ANN401 - any parameter
    return Text("{key} → {value}", "{key} → {value}").fill(key=key, value=_chosen(value, private=False))


def listed(names: Iterable[str | Text]) -> Text:
    """Return names one after another, as each language does it.

    >>> tuple(listed(["年齢", "性別"]))
    ('年齢、性別', '年齢, 性別')
    """
    return _joined([name if isinstance(name, Text) else Text(name, name) for name in names], Text("、", ", "))


def _joined(texts: list[Text], by: Text) -> Text:
    if not texts:
        return NOTHING
    return Text(by.ja.join(text.ja for text in texts), by.en.join(text.en for text in texts))
