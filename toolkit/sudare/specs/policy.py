"""An organisation's policy: what every spec must hold, read from a file of its own.

Found as the file named, else the one that SUDARE_POLICY names, else `sudare-policy.yaml` beside the spec or in a
folder above it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from pydantic import AfterValidator, InstanceOf, ValidationError, model_validator

from sudare.errors import Problem, Refused, SudareError, did_you_mean
from sudare.language import NOTHING, Text
from sudare.measures import Measure, measures
from sudare.models import Model, Words, fault, field, problems_of
from sudare.specs.reading import load_yaml, plain
from sudare.specs.spec import Spec
from sudare.specs.wording import title_of
from sudare.tables.schema import Output
from sudare.techniques import techniques

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAME = "sudare-policy.yaml"
ENVIRONMENT = "SUDARE_POLICY"
WHERE = "policy"
QUASI_IDENTIFIERS = "quasi-identifiers"


def _known(name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name not in names:
        near = did_you_mean(name, names)
        listed = Text("使えるもの: {names}。", "There are: {names}.").fill(names=", ".join(names))
        raise fault(
            "unknown-name", Text("知らない名前です。", "the name is unknown."), listed if near == NOTHING else near
        )
    return name


def part_title(path: str) -> Text | None:
    """Return the title of a part of a spec, such as `proposal.use_until`; None where there is no such part.

    >>> part_title("proposal.use_until").en
    'proposal, use until'
    """
    title = NOTHING
    kind: type[Model] | None = Spec
    for key in path.split("."):
        info = (
            next((info for name, info in kind.model_fields.items() if (info.alias or name) == key), None)
            if kind
            else None
        )
        if info is None:
            return None
        title = title.join(title_of(info, key), by=", ") if title.en else title_of(info, key)
        options = () if get_origin(info.annotation) in {tuple, dict} else (info.annotation, *get_args(info.annotation))
        kind = next((one for one in options if isinstance(one, type) and issubclass(one, Model)), None)
    return title


def _part(path: str) -> str:
    first = path.partition(".")[0]
    if part_title(path) is None:
        _known(first, [name for name, info in Spec.model_fields.items() if not info.is_required()])
        raise fault("unknown-name", Text("仕様にその部分はありません。", "a spec has no such part."))
    return path


Part = Annotated[str, AfterValidator(_part)]
TechniqueName = Annotated[str, AfterValidator(lambda name: _known(name, techniques()))]
Format = Annotated[str, AfterValidator(lambda name: _known(name, get_args(Output.model_fields["format"].annotation)))]


class SignatureRule(Model):
    """How many people must have approved the spec as it stands, and who counts."""

    at_least: int = field(Text("何人以上", "at least"), default=1, ge=1)
    by_duty: tuple[Words, ...] = field(
        Text("役割", "by duty"),
        Text("staff の duty がこのどれかである人だけを数えます。", "Only people of one of these duties count."),
        default=(),
    )
    not_the_designer: bool = field(
        Text("加工を決めた人を除く", "not the designer"),
        Text("手順や所見を決めた人の承認は数えません。", "Whoever decided a step or a finding does not count."),
        default=False,
    )


class TechniqueRule(Model):
    """Which techniques a spec may use: those named only, or all but those named."""

    allowed: tuple[TechniqueName, ...] | None = field(Text("使える手法", "allowed"), default=None, min_length=1)
    forbidden: tuple[TechniqueName, ...] | None = field(Text("使えない手法", "forbidden"), default=None, min_length=1)

    @model_validator(mode="after")
    def _is_one_list(self) -> TechniqueRule:
        if (self.allowed is None) == (self.forbidden is None):
            raise fault(
                "missing-key",
                Text("allowed か forbidden のどちらか一つが要ります。", "it needs either `allowed` or `forbidden`."),
            )
        return self

    def allows(self, technique: str) -> bool:
        """Say whether a technique may be used."""
        return technique in self.allowed if self.allowed is not None else technique not in (self.forbidden or ())


class ReasonRule(Model):
    """What every decision must say besides its reason: who made it, and which standard it answers."""

    by: bool = field(Text("決定者と日付", "by"), default=False)
    standards: bool = field(Text("基準", "standards"), default=False)


class OutputRule(Model):
    """How a processed file may be written."""

    formats: tuple[Format, ...] = field(Text("形式", "formats"), min_length=1)


@dataclass(frozen=True)
class MeasureRule:
    """A check that every spec must have, at least this strict in the parameters that the policy names."""

    check: Measure
    keys: tuple[str, ...]
    over: str | None = None  # QUASI_IDENTIFIERS: the check must look at all of them that are left


class Policy(Model):
    """What an organisation asks of every spec. A part that is left out asks nothing."""

    sudare: int = field(Text("書式の版", "version of the format"), default=1, ge=1, le=1)
    title: Words | None = field(Text("題名", "title"), default=None)
    required: tuple[Part, ...] = field(
        Text("省けない部分", "required"),
        Text("例: file、proposal.use_until", "such as file or proposal.use_until"),
        default=(),
    )
    signatures: SignatureRule | None = field(Text("承認", "signatures"), default=None)
    techniques: TechniqueRule | None = field(Text("手法", "techniques"), default=None)
    measures: tuple[InstanceOf[MeasureRule], ...] = field(Text("検査", "measures"), default=())
    reasons: ReasonRule | None = field(Text("決定の記録", "reasons"), default=None)
    output: OutputRule | None = field(Text("出力", "output"), default=None)


@dataclass(frozen=True)
class PolicyFile:
    """A policy as it was read: what it asks, the name of its file, and the hash of its bytes."""

    policy: Policy
    file: str
    sha256: str

    def to_dict(self) -> dict[str, str]:
        """Return the stable keys `file` and `sha256`."""
        return {"file": self.file, "sha256": self.sha256}


def find_policy(spec: Path | None, given: Path | str | None = None) -> Path | None:
    """Return the path of the policy for a spec: the one given, else the environment's, else the nearest above it."""
    named = given or os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    folders = spec.resolve().parents if spec is not None else ()
    return next((folder / NAME for folder in folders if (folder / NAME).is_file()), None)


def read_policy(path: Path) -> PolicyFile:
    """Read a policy by the rules of a spec: scalars as text, unknown keys refused with the near match, all at once.

    Raises Refused for a policy that cannot be used, `SudareError` where the file cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        what = Text("規程ファイルを開けません（{kind}）。", "the policy cannot be opened ({kind}).")
        now = Text("--policy と SUDARE_POLICY を確かめてください。", "Check --policy and SUDARE_POLICY.")
        raise SudareError(Problem("cannot-open", WHERE, what.fill(kind=type(error).__name__), now)) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        what = Text("規程ファイルが UTF-8 ではありません。", "the policy is not UTF-8.")
        raise Refused(Problem("policy-encoding", WHERE, what)) from None
    return PolicyFile(parse_policy(text), path.name, hashlib.sha256(data).hexdigest())


def parse_policy(text: str) -> Policy:
    r"""Read a policy from its text.

    >>> parse_policy("signatures: {at_least: 2}\n").signatures.at_least
    2
    """
    try:
        data = plain(load_yaml(text))
    except Refused as refused:
        raise Refused(
            Problem(one.code, f"{WHERE} {one.where}".strip(), one.what, one.now) for one in refused.problems
        ) from None
    problems: list[Problem] = []
    rules = data.get("measures")
    if isinstance(rules, list):
        built = [_measure_rule(entry, f"{WHERE}.measures[{n}]", problems) for n, entry in enumerate(rules)]
        data["measures"] = tuple(rule for rule in built if rule is not None)
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, Policy, WHERE)
    if problems:
        raise Refused(problems)
    return policy


def _measure_rule(data: Any, where: str, problems: list[Problem]) -> MeasureRule | None:  # noqa: ANN401 - as in the file
    kind = measures().get(str(data.get("measure"))) if isinstance(data, dict) else None
    if kind is None:
        name = str(data.get("measure", "")) if isinstance(data, dict) else ""
        listed = Text("使えるもの: {names}。", "There are: {names}.").fill(names=", ".join(measures()))
        near = did_you_mean(name, measures())
        what = Text("知らない measure です。", "the measure is unknown.")
        problems.append(Problem("unknown-measure", where, what, listed if near == NOTHING else near))
        return None
    wanted = dict(data)
    over = wanted.pop("over", None)
    if over not in {None, QUASI_IDENTIFIERS}:
        what = Text("選べる値は {name} です。", "it must be {name}.").fill(name=QUASI_IDENTIFIERS)
        problems.append(Problem("bad-value", f"{where}.over", what))
        return None
    try:
        check = kind.model_validate({**_any_columns(kind, wanted), **wanted})
    except ValidationError as error:
        problems += problems_of(error, kind, where)
        return None
    return MeasureRule(check, tuple(key for key in wanted if key != "measure"), over)


def _any_columns(kind: type[Measure], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return something for the columns that a policy leaves to the spec: it cannot know their names."""
    roles = {name: info.json_schema_extra for name, info in kind.model_fields.items() if info.is_required()}
    named = {name: about.get("x-role") for name, about in roles.items() if isinstance(about, dict)}
    left = {name: role for name, role in named.items() if role and name not in wanted}
    given = wanted.get("columns")
    columns = given if isinstance(given, list) else ["*"]
    stand_ins = {"columns": columns, "input": {"columns": [{"name": name} for name in columns]}}
    return {name: stand_ins.get(str(role), "…") for name, role in left.items()}
