"""The same verbs for machines. Exit codes: 0 done, 1 error, 2 usage, 3 refused."""

from __future__ import annotations

import json
import re
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sudare.errors import Problem, SudareError, UsageError
from sudare.language import Language, Text, preferred

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REFUSED = 3
_SIZE = re.compile(r"[1-9][0-9]*(\.[0-9]+)? ?([KMGT]i?)?B", re.IGNORECASE)
_ENGINES = ("duckdb", "spark")


@dataclass
class _Spoken:
    """What the command line chose about telling, known to what tells its errors."""

    lang: Language | None = None
    as_json: bool = False


class _Printer:
    """Shows a run's progress on standard error, on one line where that is a screen."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self._stage = ""
        self._screen = sys.stderr.isatty()
        self._lock = threading.Lock()

    def __call__(self, stage: Text, share: float) -> None:
        name = stage.pick(self._lang)
        with self._lock:
            if self._screen:
                click.echo(f"\r\033[K{name} {share:4.0%}", nl=False, err=True)
            elif name != self._stage:
                click.echo(name, err=True)
            self._stage = name

    def done(self) -> None:
        """End the line."""
        if self._screen and self._stage:
            click.echo(err=True)


def _lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "ja or en; the locale's language by default / 表示の言語"
    return click.option("--lang", type=click.Choice(["ja", "en"]), default=None, callback=_remember, help=about)(
        command
    )


def _remember(context: click.Context, option: click.Parameter, value: Any) -> Any:  # noqa: ANN401 - either option's
    spoken = context.find_object(_Spoken)
    if spoken is not None:
        setattr(spoken, option.name or "", value)
    return value


def _size(_context: click.Context, _option: click.Parameter, memory: str | None) -> str | None:
    if memory is not None and not _SIZE.fullmatch(memory):
        message = "write it as 500MB or 2GB / 500MB や 2GB のように書いてください"
        raise click.BadParameter(message)
    return memory


def _json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "print JSON / JSON で表示"
    return click.option("--json", "as_json", is_flag=True, callback=_remember, help=about)(command)


def _policy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "policy of the organisation; else SUDARE_POLICY, else sudare-policy.yaml by the spec / 組織の規程ファイル"
    return click.option("--policy", type=click.Path(path_type=Path), default=None, help=about)(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sudare")
def sudare() -> None:
    """簾 sudare: processing design for anonymized information / 匿名加工情報の加工設計."""


def _set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    about = "set a parameter of the spec (repeatable); never a secret / パラメーターの値（繰り返し可、記録に残る）"
    return click.option("--set", "given", metavar="NAME=VALUE", multiple=True, help=about)(command)


@sudare.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--input", "input_file", required=True, type=click.Path(path_type=Path), help="the table / 加工する表")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="output folder / 出力先のフォルダ")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@_policy_option
@click.option("--engine", type=click.Choice(_ENGINES), default="duckdb", show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=None, help="processor threads / スレッド数")
@click.option(
    "--memory", metavar="SIZE", default=None, callback=_size, help="memory for the engine, such as 2GB / メモリの上限"
)
@_set_option
@_lang_option
@_json_option
def run(  # noqa: PLR0913, PLR0917 - one argument per option
    spec: Path,
    input_file: Path,
    out: Path,
    key_store: Path | None,
    policy: Path | None,
    engine: str,
    threads: int | None,
    memory: str | None,
    given: tuple[str, ...],
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Execute SPEC on a file; write the result, or refuse and write no data / 仕様を実行する."""
    from sudare.production import run as run_spec
    from sudare.specs.parameters import settings

    if engine != "duckdb":
        what = Text("この実行エンジンはまだ使えません。", "this engine is not available yet.")
        raise UsageError(
            Problem("engine-not-available", "--engine", what, Text("duckdb を使ってください。", "Use duckdb."))
        )
    values = settings(given)
    lang = lang or preferred()
    printer = _Printer(lang)
    finished = run_spec(
        spec,
        input_file,
        out,
        key_store=key_store,
        policy=policy,
        lang=lang,
        threads=threads,
        memory=memory,
        set=values,
        progress=printer,
    )
    printer.done()
    if as_json:
        _print(finished.receipt)
    else:
        for problem in finished.problems:
            click.echo(problem.line(lang), err=True)
        if finished.exit_code == 0:
            click.echo(_DONE.fill(out=finished.out, file=finished.receipt["output"]["file"]).pick(lang))
        else:
            click.echo(_NOT_DONE.fill(out=finished.out).pick(lang), err=True)
    sys.exit(finished.exit_code)


_DONE = Text(
    "完了しました: {out}（{file}、report.html、receipt.json）", "Done: {out} ({file}, report.html, receipt.json)"
)
_NOT_DONE = Text(
    "データは書き出していません。理由: {out} の receipt.json", "No data was written. Why: receipt.json in {out}"
)


@sudare.command()
@click.argument("spec", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--input",
    "input_file",
    type=click.Path(path_type=Path, exists=True),
    help="compare with a table too / 表とも照合する",
)
@_policy_option
@_set_option
@_lang_option
@_json_option
def check(  # noqa: PLR0913, PLR0917 - one argument per option
    spec: Path,
    input_file: Path | None,
    policy: Path | None,
    given: tuple[str, ...],
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Check SPEC without running it: every problem at once, and what is open / 仕様を点検する."""
    from sudare.specs.parameters import settings
    from sudare.verbs import check as check_spec

    lang = lang or preferred()
    checked = check_spec(spec, input=input_file, set=settings(given), policy=policy)
    if as_json:
        _print(checked.to_dict(lang))
    else:
        for problem in checked.problems:
            click.echo(problem.line(lang), err=True)
        for standard in checked.standards:
            click.echo(
                _STANDARD[standard.status].fill(n=standard.standard, columns=", ".join(standard.columns)).pick(lang)
            )
        for point in checked.open:
            click.echo("  - " + point.line(lang))
        if checked.policy is not None:
            click.echo(_POLICY.fill(**checked.policy).pick(lang))
        click.echo((_OK if checked.ok else _NOT_OK).pick(lang))
    sys.exit(0 if checked.ok else REFUSED)


_STANDARD = {
    "decided": Text("第{n}号: 決定済み {columns}", "standard {n}: decided {columns}"),
    "open": Text("第{n}号: 未確認 {columns}", "standard {n}: open {columns}"),
}
_POLICY = Text("規程: {file}（SHA-256 {sha256}）", "policy: {file} (SHA-256 {sha256})")
_OK = Text("実行できます。", "It can be run.")
_NOT_OK = Text("このままでは実行できません。", "It cannot be run as it is.")


@sudare.command()
@click.argument("id_", metavar="[ID]", required=False)
@_lang_option
@_json_option
def case(id_: str | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Work through a numbered example of the guideline; without ID: list them / ガイドラインの事例を試す."""
    from sudare.verbs import case as look

    lang = lang or preferred()
    found = look(id_)
    if as_json:
        _print(found.to_dict(lang))
    else:
        click.echo("\n".join(found.lines(lang)))


def _reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say how a file is to be read about which nothing is declared."""
    options = (
        click.option("--sheet", default=None, help="sheet of a workbook / シートの名前"),
        click.option("--encoding", type=click.Choice(["utf-8-sig", "utf-8", "cp932"]), default=None),
        click.option("--delimiter", default=None, help="detected when left out / 省くと判定"),
        click.option("--header-row", type=click.IntRange(min=1), default=1, show_default=True, help="見出しの行"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@sudare.command()
@click.argument("file", type=click.Path(path_type=Path))
@_reading_options
@click.option("--threads", type=click.IntRange(min=1), default=None, help="processor threads / スレッド数")
@click.option(
    "--memory", metavar="SIZE", default=None, callback=_size, help="memory for the engine, such as 2GB / メモリの上限"
)
@_lang_option
@_json_option
def profile(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    header_row: int,
    threads: int | None,
    memory: str | None,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Tell facts about the columns of FILE, and no rare value / 列の概要を示す."""
    from sudare.reports.plain_table import plain_table
    from sudare.verbs import profile as profile_of

    lang = lang or preferred()
    printer = _Printer(lang)
    found = profile_of(
        file,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        threads=threads,
        memory=memory,
        progress=printer,
    )
    printer.done()
    if as_json:
        _print(found.to_dict(lang))
        return
    for problem in found.problems:
        click.echo(problem.line(lang), err=True)
    lines = [found.title().pick(lang), "", *plain_table(*found.grid(lang)), "", *found.remarks(lang)]
    click.echo("\n".join(lines).rstrip())


@sudare.command()
@click.argument("file", type=click.Path(path_type=Path))
@_reading_options
@click.option("--outside", type=click.Path(path_type=Path), help="thresholds of your own / 外のしきい値の表")
@click.option(
    "--beside", type=click.Path(path_type=Path), multiple=True, help="another table of the project / 同じ事務の別の表"
)
@click.option("--proposal", metavar="A,B", default="", help="columns asked for / 提案された列")
@click.option("--draft", type=click.Path(path_type=Path), help="write a draft spec / 下書きを書き出す")
@_lang_option
@_json_option
def detect(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    header_row: int,
    outside: Path | None,
    beside: tuple[Path, ...],
    proposal: str,
    draft: Path | None,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Find what in FILE has to be decided, under each standard / 決めるべきことを見つける."""
    from sudare.tables.new_file import NewFile
    from sudare.verbs import detect as detect_in

    lang = lang or preferred()
    wanted = [name.strip() for name in proposal.split(",") if name.strip()]
    found = detect_in(
        file,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        outside=outside,
        beside=beside,
        proposal=wanted,
        draft=draft is not None,
        lang=lang,
    )
    if draft is not None and found.draft is not None:
        with NewFile(draft) as new:
            new.write(found.draft.text.encode("utf-8"))
    if as_json:
        _print(found.to_dict(lang))
        return
    for line in found.lines(lang):
        click.echo(line)
    if draft is not None:
        click.echo(_DRAFTED.fill(path=draft).pick(lang))


_DRAFTED = Text(
    "下書き: {path}（各手順を確かめ、理由と名前を書いてください）",
    "Draft: {path} (go through every step; write reasons and names)",
)


@sudare.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--qi", metavar="A,B", required=True, help="columns somebody may know / 知られうる列")
@click.option("--sensitive", metavar="S", default=None, help="column nobody should learn / 知られたくない列")
@click.option("--weight", metavar="W", default=None, help="sampling weights / 抽出の重みの列")
@click.option("--unit", metavar="P", default=None, help="who is who, where people have several rows / 人を表す列")
@click.option("--k", type=click.IntRange(min=1), default=5, show_default=True, help="smallest class wanted / 組の下限")
@click.option("--suda", type=click.IntRange(min=1), default=None, help="sets of up to so many columns / 調べる列数")
@click.option("--missing", type=click.Choice(["value", "wildcard"]), default="value", show_default=True, help="欠測")
@click.option("--population", type=click.IntRange(min=1), default=None, help="people in the population / 母集団の人数")
@_reading_options
@_lang_option
@_json_option
def risk(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    qi: str,
    sensitive: str | None,
    weight: str | None,
    unit: str | None,
    k: int,
    suda: int | None,
    missing: Literal["value", "wildcard"],
    population: int | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    header_row: int,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Measure what a reader of FILE could find out who knows some of its columns / リスクを測る."""
    from sudare.verbs import risk as risk_of

    lang = lang or preferred()
    found = risk_of(
        file,
        [name.strip() for name in qi.split(",") if name.strip()],
        sensitive=sensitive,
        weight=weight,
        unit=unit,
        k=k,
        suda=suda,
        missing=missing,
        population=population,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
    )
    if as_json:
        _print(found.to_dict())
    else:
        click.echo("\n".join(found.lines(lang)))


@sudare.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--id", "id_", metavar="COLUMN", default=None, help="tells rows apart on both sides / 行を決める列")
@click.option("--qi", metavar="A,B", default="", help="compare classes over these / 組を比べる列")
@click.option("--task", metavar="COLUMN", default=None, help="column to predict, with scikit-learn / 予測する列")
@click.option("--suppressed-as", metavar="MARK", default="*", show_default=True, help="mark of hidden cells / 削除の印")
@_reading_options
@_lang_option
@_json_option
def utility(  # noqa: PLR0913, PLR0917 - one argument per option
    before: Path,
    after: Path,
    id_: str | None,
    qi: str,
    task: str | None,
    suppressed_as: str,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    header_row: int,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Measure how useful AFTER still is beside BEFORE / 加工後の表の有用さを測る."""
    from sudare.reports.plain_table import plain_table
    from sudare.verbs import utility as utility_of

    lang = lang or preferred()
    found = utility_of(
        before,
        after,
        id=id_,
        qi=[name.strip() for name in qi.split(",") if name.strip()],
        task=task,
        suppressed_as=suppressed_as,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
    )
    if as_json:
        _print(found.to_dict(lang))
        return
    lines = [found.title().pick(lang), "", *plain_table(*found.grid(lang)), "", *found.remarks(lang)]
    click.echo("\n".join(lines).rstrip())


@sudare.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--hierarchies", required=True, type=click.Path(path_type=Path), help="folder of CSVs / 階層のフォルダ")
@click.option("--qi", metavar="A,B", required=True, help="columns somebody may know / 知られうる列")
@click.option("--k", type=click.IntRange(min=1), required=True, help="smallest class / 組の下限")
@click.option("--l", "l_", type=click.IntRange(min=1), default=None, help="values of --sensitive / 値の種類の下限")
@click.option("--t", type=click.FloatRange(0, 1), default=None, help="distance of distributions / 分布の違いの上限")
@click.option("--sensitive", metavar="S", default=None, help="column nobody should learn / 知られたくない列")
@click.option("--suppress", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="除いてよい割合")
@click.option("--weights", metavar="A=2,B=1", default="", help="how much columns matter / 列の重み")
@click.option("--seconds", type=click.FloatRange(min=0), default=None, help="time it may take / 時間の上限（秒）")
@click.option("--spec", type=click.Path(path_type=Path), default=None, help="write a draft spec / 下書きを書き出す")
@_reading_options
@_lang_option
@_json_option
def search(  # noqa: PLR0913, PLR0917 - one argument per option
    file: Path,
    hierarchies: Path,
    qi: str,
    k: int,
    l_: int | None,
    t: float | None,
    sensitive: str | None,
    suppress: float,
    weights: str,
    seconds: float | None,
    spec: Path | None,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    header_row: int,
    lang: Language | None,
    as_json: bool,  # noqa: FBT001 - a flag of the command line
) -> None:
    """Find the generalization of least loss that keeps k (and l, t) / 損失が最小の一般化を探す."""
    from sudare.verbs import search as search_for

    lang = lang or preferred()
    printer = _Printer(lang)
    found = search_for(
        file,
        hierarchies,
        [name.strip() for name in qi.split(",") if name.strip()],
        k,
        l_,
        t=t,
        sensitive=sensitive,
        suppress=suppress,
        weights=_weights(weights),
        seconds=seconds,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        progress=lambda done: printer(*done.told()),
        lang=lang,
    )
    printer.done()
    if spec is not None:
        found.write_spec(spec)
    if as_json:
        _print(found.to_dict())
        return
    click.echo("\n".join(found.lines(lang)))
    if spec is not None:
        click.echo(_DRAFTED.fill(path=spec).pick(lang))


def _weights(given: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in given.split(","))):
        name, _, number = part.rpartition("=")
        try:
            weights[name] = float(number)
        except ValueError:
            what = Text("列=数 の形で書いてください。", "write it as COLUMN=NUMBER.")
            raise UsageError(Problem("bad-weights", "--weights", what)) from None
    return weights


@sudare.command()
@_json_option
def schema(as_json: bool) -> None:  # noqa: ARG001, FBT001 - it is JSON with or without the flag
    """Print the JSON Schema of a spec / 仕様の JSON Schema を表示する."""
    from sudare.specs import spec_schema

    _print(spec_schema())


@sudare.group(name="spec")
def spec_group() -> None:
    """Compare specs, and bring an old one up to date / 仕様を比べる・新しい版にする."""


@spec_group.command()
@click.argument("old", metavar="A", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("new", metavar="B", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_lang_option
@_json_option
def diff(old: Path, new: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Say what changed from A to B, in words / 二つの仕様の違いを言葉で示す."""
    from sudare.verbs import diff as compare

    lang = lang or preferred()
    found = compare(old, new)
    if as_json:
        _print(found.to_dict(lang))
    else:
        click.echo("\n".join(found.lines(lang)))


@spec_group.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path), help="write here, and leave FILE / 別のファイルに書き、元は残す"
)
@_lang_option
@_json_option
def upgrade(file: Path, out: Path | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Rewrite FILE as the present version of the format says it / 仕様を今の版の書式に直す."""
    from sudare.specs.renewal import renew_file

    lang = lang or preferred()
    renewal = renew_file(file, out)
    if as_json:
        _print(renewal.to_dict(lang))
    else:
        click.echo("\n".join(renewal.lines(lang)))


@sudare.group()
def key() -> None:
    """Make, list, rotate and destroy keys / 鍵を作る・一覧・更新・破棄する."""


def _key_command(verb: str, about: str) -> None:
    @key.command(name=verb, help=about)
    @click.argument("name", metavar="NAME@PERIOD")
    @click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
    @_json_option
    def command(name: str, key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
        from sudare.keystore import KeyName

        made = getattr(_store(key_store), verb)(KeyName.parse(name)).to_dict()
        if as_json:
            _print(made)
        else:
            click.echo("  ".join(str(value) for value in made.values()))


_key_command("new", "Make a new key / 鍵を作る.")
_key_command("rotate", "Make a key for the next period of a name / 次の期間の鍵を作る.")
_key_command("destroy", "Destroy a key for good / 鍵を破棄する（元に戻せません）.")


@key.command(name="list")
@click.option("--key-store", type=click.Path(path_type=Path), help="folder of the keys / 鍵の保管先")
@_json_option
def list_keys(key_store: Path | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """List names and fingerprints, never keys / 名前と指紋を一覧する."""
    keys = [info.to_dict() for info in _store(key_store).list()]
    if as_json:
        _print({"keys": keys})
    else:
        for info in keys:
            click.echo("  ".join(str(value) for value in info.values()))


def _store(folder: Path | None) -> Any:  # noqa: ANN401 - imported late, so that --help is quick
    from sudare.keystore import KeyStore

    return KeyStore(folder or KeyStore.default_folder())


@sudare.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("sudare-demo"), show_default=True)
@click.option(
    "--sample",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    default=None,
    help="which sample; without NAME: list them / どの見本か。名前を省くと一覧",
)
@_lang_option
@_json_option
def demo(out: Path, sample: str | None, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Make a generated table with its spec and key, and run it / 見本を作って実行する."""
    from sudare.production.demo import demo as make_demo
    from sudare.tables.sample import SAMPLE_NOTE
    from sudare.tables.samples import DEFAULT

    lang = lang or preferred()
    if sample == "":
        _list_samples(lang, as_json=as_json)
        return
    printer = _Printer(lang)
    finished = make_demo(out, sample=sample or DEFAULT, lang=lang, progress=printer)
    printer.done()
    if as_json:
        _print(finished.receipt)
    else:
        for problem in finished.problems:
            click.echo(problem.line(lang), err=True)
        if finished.exit_code == 0:
            click.echo(SAMPLE_NOTE.pick(lang))
            click.echo(_DEMO.fill(out=out.absolute(), report=(out / "out" / "report.html").absolute()).pick(lang))
    sys.exit(finished.exit_code)


def _list_samples(lang: Language, *, as_json: bool) -> None:
    from sudare.tables.samples import SAMPLES

    if as_json:
        _print({"samples": [{"name": name, "title": sample.title.pick(lang)} for name, sample in SAMPLES.items()]})
    else:
        for name, sample in SAMPLES.items():
            click.echo(f"{name}  {sample.title.pick(lang)}")


_DEMO = Text(
    "見本を {out} に作りました。報告書: {report}\nもう一度実行するには:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"',
    "The sample is in {out}. The report: {report}\nTo run it again:\n"
    '  sudare run "{out}/demo.sudare.yaml" --input "{out}/input.csv" --out "{out}/out" --key-store "{out}/keys"',
)


@sudare.group()
def log() -> None:
    """Look at the run log of an output folder / 実行記録を調べる."""


@log.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_lang_option
@_json_option
def verify(folder: Path, lang: Language | None, as_json: bool) -> None:  # noqa: FBT001 - a flag
    """Check that no line of the run log was changed, removed or put in / 改ざんの有無を調べる."""
    from sudare.production import verify as verify_log

    problems = list(verify_log(folder))
    lang = lang or preferred()
    if as_json:
        _print({"ok": not problems, "problems": [problem.to_dict(lang) for problem in problems]})
    else:
        for problem in problems:
            click.echo(problem.line(lang), err=True)
        if not problems:
            click.echo(Text("つながっています。", "The chain is whole.").pick(lang))
    sys.exit(REFUSED if problems else 0)


def _print(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; no traceback ever reaches the user, since it could quote the data."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    spoken = _Spoken()
    try:
        sudare.main(args=list(arguments) if arguments is not None else None, prog_name="sudare", obj=spoken)
    except SudareError as error:
        _tell(error.problems, error.exit_code, spoken)
    except Exception as error:  # noqa: BLE001 - reduced to kind and place
        from sudare.production.session import unexpected

        _tell((unexpected(error),), 1, spoken)


def _tell(problems: Sequence[Problem], exit_code: int, spoken: _Spoken) -> None:
    if spoken.as_json:
        _print({"state": "error", "problems": [problem.to_dict(spoken.lang) for problem in problems]})
    for problem in problems:
        click.echo(problem.line(spoken.lang), err=True)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
