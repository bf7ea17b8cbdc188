"""The record of a processing design: what a spec says, as one frozen model."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf, StringConstraints, field_validator

from sudare.engines.predicates import Given
from sudare.language import Text
from sudare.measures import Measure
from sudare.models import Model, Words, fault, field
from sudare.tables.schema import Input, Output
from sudare.techniques.technique import By, Standard, Technique

VERSION = 1

Regime = Literal["gov-2017", "gov-current", "private-current"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
PARAMETER_NAME = r"[^\s=${}]+"
KeyText = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]


class File(Model):
    """The personal information file that is processed."""

    register_no: Words | None = field(Text("個人情報ファイル簿の番号", "number in the file register"), default=None)
    holder: Words | None = field(Text("保有者", "holder"), default=None)
    eligibility: Words | None = field(Text("対象の判断", "eligibility"), default=None)


class Proposal(Model):
    """The proposal of a business that the file is processed for."""

    no: Words | None = field(Text("提案番号", "number"), default=None)
    recipient: Words | None = field(Text("提供先", "recipient"), default=None)
    purpose: Words | None = field(Text("利用目的", "purpose"), default=None)
    use_until: date | None = field(Text("利用期限", "use until"), default=None)
    columns: tuple[Words, ...] = field(Text("提案された項目", "columns asked for"), default=())


class Reader(Model):
    """Who is assumed to look at the processed file, and what they know."""

    who: tuple[Words, ...] = field(Text("誰が", "who"), default=())
    knows: tuple[Words, ...] = field(Text("知っている項目", "what they know"), default=())
    because: Words | None = field(Text("理由", "because"), default=None)


class Member(Model):
    """A person who works on the design."""

    name: Words = field(Text("氏名", "name"))
    duty: Words | None = field(Text("役割", "duty"), default=None)


class Unit(Model):
    """Whose records they are: counts are of people, not rows."""

    person: Words = field(Text("個人を表す列", "person"), role="column")
    at_least: int | None = field(
        Text("最少人数", "at least"),
        Text("処理後の人数がこれより少なければ止めます。", "The run stops when fewer people remain."),
        default=None,
        ge=1,
    )


class DesignedOn(Model):
    """The file the design was made on."""

    sha256: Words | None = field(Text("ハッシュ", "sha256"), default=None)
    rows: int | None = field(Text("行数", "rows"), default=None, ge=0)
    people: int | None = field(Text("人数", "people"), default=None, ge=0)


class OutOfScope(Model):
    """Columns that are not part of the proposal: removed first, with one reason."""

    columns: tuple[Words, ...] = field(Text("列", "columns"), role="columns", min_length=1)
    because: Words = field(Text("理由", "because"))


class Dismissal(Model):
    """A finding that a person decided needs no step, with the reason."""

    finding: Words = field(
        Text("所見", "finding"),
        Text("該当がない基準には none と書きます。", "Write `none` where nothing falls under the standard."),
    )
    standards: tuple[Standard, ...] = field(Text("基準", "standards"), min_length=1)
    because: Words = field(Text("理由", "because"))
    by: By | None = field(Text("決定者と日付", "by"), default=None)


class Approval(Model):
    """A signature: by whom, of what, until when."""

    by: By = field(Text("承認者と日付", "by"))
    of: Hash = field(Text("対象のハッシュ", "of"))
    until: date | None = field(Text("有効期限", "until"), default=None)


class Spec(Model):
    """A processing design that can be read, checked, signed and run again on the next file."""

    sudare: int = field(Text("書式の版", "version of the format"), ge=VERSION, le=VERSION)
    title: Words = field(Text("題名", "title"))
    regime: Regime = field(
        Text("制度", "regime"),
        Text("gov-2017 は教材用です。", "gov-2017 is for lessons."),
        default="gov-current",
    )
    file: File | None = field(Text("個人情報ファイル", "file"), default=None)
    proposal: Proposal | None = field(Text("提案", "proposal"), default=None)
    assumed_reader: Reader | None = field(Text("想定する閲覧者", "assumed reader"), default=None)
    staff: dict[str, Member] = field(Text("担当者", "staff"), default={})
    key: KeyText | None = field(
        Text("鍵の名前", "key"), Text("名前@期間。鍵そのものは書きません。", "NAME@PERIOD; never a key."), default=None
    )
    unit: Unit | None = field(Text("数える単位", "unit"), default=None)
    designed_on: DesignedOn | None = field(Text("設計に使ったファイル", "designed on"), default=None)
    parameters: dict[str, Given] = field(
        Text("パラメーター", "parameters"),
        Text(
            "名前: 既定値。仕様の値の中で ${名前} と書き、実行時に --set 名前=値 で変えられます。記録に残るので、"
            "個人のデータや鍵は書きません。",
            "NAME: default. Written as ${NAME} within values of the spec; --set NAME=VALUE changes one for a run. They "
            "are recorded: never a value of the data, never a key.",
        ),
        default={},
    )
    input: Input = field(Text("入力", "input"))
    out_of_scope: OutOfScope | None = field(Text("対象外の列", "out of scope"), default=None)
    steps: tuple[InstanceOf[Technique], ...] = field(Text("加工の手順", "steps"), default=())
    dismissed: tuple[Dismissal, ...] = field(Text("対応不要とした所見", "dismissed findings"), default=())
    checks: tuple[InstanceOf[Measure], ...] = field(Text("検査", "checks"), default=())
    output: Output = field(Text("出力", "output"), default=Output())
    approvals: tuple[Approval, ...] = field(Text("承認", "approvals"), default=())

    # Parts that a spec may leave out; a check reports each as open.
    expected: ClassVar[tuple[str, ...]] = ("file", "proposal", "assumed_reader", "staff", "key", "unit", "designed_on")

    @property
    def active(self) -> tuple[tuple[int, Technique], ...]:
        """The steps that are not disabled, each with its place in the file, counted from 0."""
        return tuple((n, step) for n, step in enumerate(self.steps) if not step.disabled)

    @field_validator("parameters", mode="before")
    @classmethod
    def _are_named_texts(cls, given: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was given
        # Told without the name: after a slip of indentation it may be a value of the data.
        if isinstance(given, dict) and any(isinstance(value, (dict, list, tuple)) for value in given.values()):
            raise fault(
                "bad-parameter",
                Text("パラメーターの値は一つの文字か数です。", "the value of a parameter is one text or number."),
            )
        if isinstance(given, dict) and not all(re.fullmatch(PARAMETER_NAME, str(name)) for name in given):
            raise fault(
                "bad-parameter",
                Text("パラメーターの名前が使えません。", "the name of a parameter cannot be used."),
                Text("空白と = $ { } は使えません。", "Use neither spaces nor = $ { }."),
            )
        return given
