"""Page 6: the spec as it stands; reasons, names, signatures; saving; and the run on the whole file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sudare.design import edits
from sudare.language import Text
from sudare.production import run
from sudare.specs import check_document
from sudare.widgets.page import Page
from sudare.widgets.parts import (
    button,
    code,
    column,
    day,
    folded,
    heading,
    listed,
    page_of_report,
    row,
    several,
    table,
    text_field,
    words,
)
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets

    from sudare.production import Finished
    from sudare.specs import Spec
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part


class RecordPage(Page):
    """The record, and the production run."""

    title: ClassVar[Text] = Text("記録", "Record")
    about: ClassVar[Text] = Text(
        "理由と決定者をそろえ、仕様を保存し、承認し、本番実行します。",
        "Complete reasons and names, save the spec, sign it, and run it in production.",
    )

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing compared and nothing run."""
        super().__init__(desk)
        self._changed = Place(desk.told, "diff")
        self._result = Place(desk.told, "result")

    def draw(self) -> Sequence[Part | widgets.Widget]:
        """Return what is open, the reasons, the spec, the signature and the run."""
        if self.desk.design is None:
            return ()
        design = self.design
        return (
            *self._coverage(),
            heading(self.say(_REASONS), 4, self.say(_REASONS_ABOUT)),
            self._reasons(design.spec),
            heading(self.say(_SAVING), 4),
            self._saving(),
            self._changed,
            heading(self.say(_SPEC), 4),
            self._spec(design.text),
            heading(self.say(_SIGNING), 4, self.say(_SIGNING_ABOUT)),
            self._signing(),
            heading(self.say(_RUN), 4, self.say(_RUN_ABOUT)),
            self._running(),
            self._result,
        )

    # -- what is open

    def _coverage(self) -> Sequence[Part]:
        checked = check_document(self.design.document)
        rows = [
            (
                self.say(_NTH.fill(n=one.standard)),
                self.say(_DECIDED if one.status == "decided" else _OPEN),
                listed(one.columns, self.desk.lang),
            )
            for one in checked.standards
        ]
        grid = table([self.say(_STANDARD), self.say(_STATE), self.say(_COLUMNS)], rows)
        stops = [words(f"! {problem.line(self.desk.lang)}", "sudare-warning") for problem in checked.problems]
        opens = [words(f"○ {problem.line(self.desk.lang)}", "sudare-open") for problem in checked.open]
        more = folded(self.say(_POINTS.fill(n=len(opens))), *opens)
        return (grid, *stops, *([more] if opens else []))

    # -- reasons

    def _reasons(self, spec: Spec) -> Part:
        options = [
            (f"{n + 1}. {self.say(step.label)} {listed(step.columns, self.desk.lang)} — {step.because}", n)
            for n, step in enumerate(spec.steps)
        ]
        which = several(self.say(_WHICH), options, (), name="reason-steps")
        because = text_field(self.say(_BECAUSE), name="reason", wide=True)
        who = text_field(self.say(_WHO), self.desk.who, hint="山田", name="reason-by")
        act = button(self.say(_GIVE), lambda: self._give(which.value, because.value, who.value), name="give-reason")
        every = button(self.say(_ALL), lambda: setattr(which, "value", tuple(range(len(options)))), name="all-steps")
        # Steps are chosen by their place, so that a choice does not outlive a file that was read again.
        chosen = column(which, key=f"read {self.desk.following.taken}")
        return column(chosen, row(every, because, who, act))

    def _give(self, places: Sequence[int], because: str, who: str) -> None:
        self.desk.who = "".join(who.split())
        stamp = self.desk.stamp()
        self.desk.change(
            _REASONS,
            lambda spec: edits.with_reason(spec, places, because=because.strip() or None, by=stamp),
        )

    # -- saving

    def _saving(self) -> Part:
        design = self.design
        path = text_field(self.say(_PATH), str(design.path or ""), hint="加工設計.sudare.yaml", name="path", wide=True)
        save = button(self.say(_SAVE), lambda: self._save(path.value), style="primary", name="save-as")
        again = button(self.say(_RELOAD), self._reload, help=self.say(_RELOAD_HELP), name="reload")
        self._changed.put()
        differ = button(self.say(_DIFF), self._differ, name="diff-button")
        return row(path, save, again, differ)

    def _save(self, path: str) -> None:
        self.desk.save(Path(path.strip()) if path.strip() else None)

    def _reload(self) -> None:
        with self.desk.told():
            self.design.reload()

    def _differ(self) -> None:
        lines = self.design.changes().lines(self.desk.lang)
        self._changed.put(*(words(line) for line in lines))

    def _spec(self, text: str) -> Part:
        return folded(self.say(_YAML), code(text, self.say(_YAML)), is_open=True)

    # -- signing

    def _signing(self) -> Part:
        name = text_field(self.say(_SIGNER), hint="佐藤", name="signer")
        until = day(self.say(_UNTIL), name="until")
        act = button(self.say(_SIGN), lambda: self._sign(name.value, until.value), name="sign")
        signed = [
            words(f"{one.by}　{self.say(_HOLDS if self.design.holds(one) else _HOLDS_NOT)}")
            for one in self.design.spec.approvals
        ]
        return column(*signed, row(name, until, act))

    def _sign(self, name: str, until: date | None) -> None:
        with self.desk.told():
            today = datetime.now(tz=UTC).astimezone().date()
            self.design.sign("".join(name.split()), on=today, until=until)

    # -- the run

    def _running(self) -> Part:
        opened = self.opened
        source = text_field(self.say(_INPUT), str(opened.path or "") if opened else "", name="run-input", wide=True)
        out = text_field(self.say(_OUT), self._out(), name="run-out", wide=True)
        keys = text_field(self.say(_KEYS), self._keys(), hint=self.say(_KEYS_HINT), name="run-keys", wide=True)
        act = button(
            self.say(_RUN),
            lambda: self._run(source.value, out.value, keys.value),
            style="primary",
            name="run",
        )
        return column(row(source), row(out), row(keys), row(act))

    def _out(self) -> str:
        path = self.design.path
        return str(path.with_name("out")) if path is not None else "out"

    def _keys(self) -> str:
        path = self.design.path
        beside = path.with_name("keys") if path is not None else Path("keys")
        return str(beside) if beside.is_dir() else ""

    def _run(self, source: str, out: str, keys: str) -> None:
        with self.desk.told():
            design, lang = self.design, self.desk.lang
            if design.path is None or not design.saved or design.stale:
                design.save()  # refused where the file is another one, which would be run in place of what is seen here
                self.desk.top.show()
            spec = design.path
            if spec is None:  # a design that was saved has a file
                raise LookupError

            def work(tell: Callable[[Text, float], None], cancelled: Callable[[], bool]) -> Finished:
                return run(
                    spec, source.strip(), out.strip(), key_store=keys.strip() or None, lang=lang,
                    progress=tell, cancelled=cancelled,
                )  # fmt: skip

            self.desk.busy.run(work, self._finished, label=_RUN)
        self.desk.following.look_now()

    def _finished(self, finished: Finished) -> None:
        lang = self.desk.lang
        if finished.exit_code:
            told = [words(f"! {problem.line(lang)}", "sudare-warning") for problem in finished.problems]
            parts: list[Part] = [words(self.say(_REFUSED), "sudare-warning"), *told]
        else:
            receipt = finished.receipt
            rows = [
                (self.say(_FILE), str(receipt["output"]["file"])),
                (self.say(_SHA), str(receipt["output"]["sha256"])),
                *((str(check["measure"]), str(check["value"])) for check in receipt["checks"]),
            ]
            report = (finished.out / "report.html").read_text(encoding="utf-8")
            parts = [
                words(self.say(_DONE.fill(out=finished.out.name)), "sudare-done"),
                table([self.say(_RECEIPT), ""], rows),
                page_of_report(report, self.say(_REPORT)),
            ]
        self._result.put(*parts)


_NTH = Text("第{n}号", "standard {n}")
_STANDARD, _STATE, _COLUMNS = Text("基準", "standard"), Text("状態", "state"), Text("列", "columns")
_DECIDED, _OPEN = Text("決定済み ✓", "decided ✓"), Text("未確認 ○", "open ○")
_POINTS = Text("未確認の点 {n} 件", "{n} open points")
_REASONS = Text("理由と決定者", "Reasons and names")
_REASONS_ABOUT = Text(
    "いくつかの手順に同じ理由と名前を一度に付けられます。値そのものは書きません。",
    "One reason and name can be given to many steps at once. Never repeat a value of the data.",
)
_WHICH = Text("手順（Ctrl または Shift で複数選択）", "Steps (Ctrl or Shift selects several)")
_BECAUSE, _WHO = Text("理由", "because"), Text("決定者", "decided by")
_ALL = Text("すべて選ぶ", "Select all")
_GIVE = Text("選んだ手順に付ける", "Give to the selected steps")
_SAVING = Text("保存と比較", "Saving and comparing")
_PATH = Text("保存先", "Path")
_SAVE = Text("保存", "Save")
_RELOAD = Text("ファイルから読み直す", "Reload from the file")
_RELOAD_HELP = Text("ほかで変えられた仕様を読みます。元に戻せます。", "Takes what stands in the file; can be undone.")
_DIFF = Text("保存済みとの違い", "Differences from the saved one")
_SPEC = Text("仕様", "The spec")
_YAML = Text("仕様の全文（YAML）", "the whole spec (YAML)")
_SIGNING = Text("承認", "Signature")
_SIGNING_ABOUT = Text(
    "承認は今の内容に結び付き、内容が変わると無効になります。",
    "A signature binds the spec as it stands; it no longer holds once that changes.",
)
_SIGNER, _UNTIL, _SIGN = Text("承認者", "Signed by"), Text("有効期限", "valid until"), Text("承認する", "Sign")
_HOLDS, _HOLDS_NOT = Text("有効 ✓", "holds ✓"), Text("内容が変わったため無効", "holds no more: the spec changed")
_RUN = Text("本番実行", "Production run")
_RUN_ABOUT = Text(
    "保存した仕様を、別のプロセスで表の全体に実行します。検査に通らなければ何も書き出しません。",
    "Runs the saved spec on the whole table in a process of its own. Nothing is written when a check fails.",
)
_INPUT, _OUT, _KEYS = Text("入力", "Input"), Text("出力先のフォルダ", "Output folder"), Text("鍵の保管先", "Key store")
_KEYS_HINT = Text("（既定の場所）", "(the usual place)")
_REFUSED = Text("データは書き出していません。", "No data was written.")
_DONE = Text("完了しました。出力先: {out}", "Done. Output folder: {out}")
_FILE, _SHA = Text("ファイル", "file"), Text("SHA-256", "SHA-256")
_RECEIPT = Text("受領書（receipt.json）", "Receipt (receipt.json)")
_REPORT = Text("報告書", "report")
