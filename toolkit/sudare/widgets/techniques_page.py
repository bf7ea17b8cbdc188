"""Page 4: the steps in their order; added, edited, moved, disabled and removed, with the preview beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sudare.design import edits
from sudare.language import Text
from sudare.reports.words import parameters
from sudare.specs import check_document, walk
from sudare.techniques import techniques
from sudare.widgets.forms import Form
from sudare.widgets.page import Page
from sudare.widgets.parts import button, choice, column, heading, listed, row, words
from sudare.widgets.seen import compared, few, told
from sudare.widgets.sheet import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets

    from sudare.errors import Problem
    from sudare.specs import Spec
    from sudare.tables.schema import Schema
    from sudare.techniques.technique import Technique
    from sudare.widgets.desk import Desk
    from sudare.widgets.part import Part


class TechniquesPage(Page):
    """The steps of the design."""

    title: ClassVar[Text] = Text("技術", "Techniques")
    about: ClassVar[Text] = Text(
        "手順は上から順に行われます。加え、直し、並べ替え、一時的に無効にできます。",
        "Steps run from top to bottom. Add, edit, reorder them, or disable one for a while.",
    )

    def __init__(self, desk: Desk) -> None:
        """Begin with no step in hand."""
        super().__init__(desk)
        self._form = Place(desk.told, "step-form")
        self._preview = Place(desk.told, "preview")
        self._compared = Place(desk.told)

    def draw(self) -> Sequence[Part | widgets.Widget]:
        """Return the steps, the form of one, and what the preview says."""
        if self.desk.design is None:
            return ()
        spec = self.design.spec
        self._form.put()
        self._draw_preview()
        problems = check_document(self.design.document).problems
        steps = [self._step(spec, n, [p for p in problems if _at(p, n)]) for n in range(len(spec.steps))]
        rest = [p for p in problems if not p.where.startswith("steps[")]
        return (
            *steps,
            *(words(f"○ {problem.line(self.desk.lang)}", "sudare-open") for problem in rest),
            self._adding(),
            self._form,
            heading(self.say(_PREVIEW), 4),
            self._preview,
            self._branches(),
            self._compared,
        )

    @property
    def in_hand(self) -> bool:
        """Whether the form of a step is open."""
        return bool(self._form.children)

    def saw(self) -> None:
        """Show the newest preview without drawing the steps anew."""
        if not self.stale:
            self._draw_preview()

    def _draw_preview(self) -> None:
        seen = self.desk.seen
        none = (words(self.say(_NOT_YET)),)
        self._preview.put(*(none if seen is None else (told(seen, self.desk.lang), few(seen, self.desk.lang))))

    # -- one step

    def _step(self, spec: Spec, place: int, problems: Sequence[Problem]) -> Part:
        step = spec.steps[place]
        off = step.disabled
        what = [f"{one.title.pick(self.desk.lang)}: {one.value.pick(self.desk.lang)}" for one in parameters(step)]
        standards = (
            self.say(_STANDARDS.fill(n=listed(map(str, step.standards), self.desk.lang))) if step.standards else ""
        )
        head = f"{place + 1}. {self.say(step.label)} — {listed(step.columns, self.desk.lang)}"
        head += f"（{self.say(_OFF)}）" if off else ""
        lines = [words(head, "sudare-card-head")]
        lines += [words("　".join([*what, standards]).strip(), "sudare-evidence")]
        lines += [words(f"{self.say(_BECAUSE)}: {step.because}　{step.by or self.say(_NOBODY)}", "sudare-about")]
        lines += [words(f"! {problem.message.pick(self.desk.lang)}", "sudare-warning") for problem in problems]

        def about(verb: Text) -> str:
            return f"{self.say(verb)}: {head}"

        turned = _ENABLE if off else _DISABLE
        last = place + 1 == len(spec.steps)
        up, down = (lambda: self._move(place, place - 1)), (lambda: self._move(place, place + 1))
        buttons = [
            button("↑", up, help=self.say(_UP), says=about(_UP), disabled=place == 0, name="step-up"),
            button("↓", down, help=self.say(_DOWN), says=about(_DOWN), disabled=last, name="step-down"),
            button(self.say(_EDIT), lambda: self._edit(place), says=about(_EDIT), name="edit-step"),
            button(self.say(turned), lambda: self._switch(place, off=not off), says=about(turned), name="disable-step"),
            button(self.say(_REMOVE), lambda: self._remove(place), says=about(_REMOVE), name="remove-step"),
        ]
        card = column(*lines, row(*buttons), name="card")
        card.add_class("sudare-is-off" if off else "sudare-is-on")
        return card

    def _move(self, place: int, to: int) -> None:
        self.desk.change(_MOVED.fill(n=place + 1, to=to + 1), lambda spec: edits.moved_step(spec, place, to))

    def _switch(self, place: int, *, off: bool) -> None:
        label = (_DISABLED if off else _ENABLED).fill(n=place + 1)
        self.desk.change(label, lambda spec: edits.with_disabled(spec, place, off=off))

    def _remove(self, place: int) -> None:
        self.desk.change(_REMOVED.fill(n=place + 1), lambda spec: edits.without_step(spec, place))

    # -- the form

    def _adding(self) -> Part:
        options = [(f"{self.say(kind.label)}", name) for name, kind in techniques().items()]
        options.sort(key=lambda option: option[0])
        return row(choice(self.say(_ADD), [(self.say(_CHOOSE), ""), *options], "", name="technique", changed=self._new))

    def _new(self, name: str) -> None:
        if not name:
            self._close()
            return
        kind = techniques()[name]
        place = len(self.design.spec.steps)
        values: dict[str, object] = {"by": stamp} if (stamp := self.desk.stamp()) else {}
        self._open(
            kind,
            values,
            _ADDED.fill(name=kind.label),
            place,
            lambda step: lambda spec: edits.with_deciding_step(spec, step),
        )

    def _edit(self, place: int) -> None:
        step = self.design.spec.steps[place]
        values = edits.step_data(step)
        label = _EDITED.fill(n=place + 1)
        self._open(type(step), values, label, place, lambda new: lambda spec: edits.replaced_step(spec, place, new))

    def _open(
        self,
        kind: type[Technique],
        values: dict[str, object],
        label: Text,
        place: int,
        edit: Callable[[dict[str, object]], Callable[[Spec], Spec]],
    ) -> None:
        form = Form(kind, self._schema_at(place), self.desk.lang, values=values)

        def apply() -> None:
            with self.desk.told():
                self.desk.change(label, edit(form.value()))

        about = words(self.say(kind.about), "sudare-about")
        apply_button = button(self.say(_APPLY), apply, style="primary", name="apply")
        cancel = button(self.say(_CANCEL), self._close, name="cancel")
        self._form.put(heading(self.say(kind.label), 4), about, form.widget, row(apply_button, cancel))

    def _close(self) -> None:
        self._form.put()

    def _schema_at(self, place: int) -> Schema:
        """Return the columns as they stand before a step."""
        design = self.design
        before = design.spec.model_copy(update={"steps": design.spec.steps[:place]})
        schema, _ = walk(before, design.document.path.parent if design.document.path else None)
        return schema

    # -- branches side by side

    def _branches(self) -> Part:
        self._compared.put()
        if len(self.design.branches) == 1:
            return column()
        compare = button(self.say(_COMPARE), lambda: compared(self.desk, into=self._compared), name="compare")
        return row(compare)


def _at(problem: Problem, place: int) -> bool:
    return problem.where == f"steps[{place}]" or problem.where.startswith((f"steps[{place}].", f"steps[{place}]["))


_PREVIEW = Text("加工後の見込み", "Preview")
_NOT_YET = Text("計算しています…", "Working it out…")
_STANDARDS = Text("基準: {n}", "standards: {n}")
_BECAUSE = Text("理由", "because")
_NOBODY = Text("（決定者なし）", "(nobody named)")
_OFF = Text("無効", "disabled")
_UP, _DOWN = Text("上へ", "Move up"), Text("下へ", "Move down")
_EDIT = Text("直す", "Edit")
_DISABLE, _ENABLE = Text("無効にする", "Disable"), Text("有効にする", "Enable")
_REMOVE = Text("取り除く", "Remove")
_ADD = Text("手順を加える", "Add a step")
_CHOOSE = Text("（技術を選ぶ）", "(choose a technique)")
_APPLY = Text("決定", "Apply")
_CANCEL = Text("やめる", "Cancel")
_COMPARE = Text("案を並べて比べる", "Compare the alternatives")
_MOVED = Text("手順{n}を{to}番目に移す", "move step {n} to {to}")
_ENABLED, _DISABLED = Text("手順{n}を有効にする", "enable step {n}"), Text("手順{n}を無効にする", "disable step {n}")
_REMOVED = Text("手順{n}を取り除く", "remove step {n}")
_ADDED = Text("「{name}」を加える", "add: {name}")
_EDITED = Text("手順{n}を直す", "edit step {n}")
