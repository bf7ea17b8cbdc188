"""A form that derives from a model: its fields, their words, ranges and examples; what is entered becomes plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sudare.errors import Problem, Refused
from sudare.language import Language, Text, preferred
from sudare.measures.measure import Measure
from sudare.models import problems_of
from sudare.tables.schema import same_name
from sudare.techniques.technique import Technique, missing_column
from sudare.widgets.forms.group import Group, collected, flat, raws_of, written_in
from sudare.widgets.forms.page import FormPage
from sudare.widgets.forms.walk import constants, entries_of
from sudare.widgets.messages import problems_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from sudare.models import Model
    from sudare.tables.schema import Schema
    from sudare.widgets.forms.entry import Entry, Raw

_WORDS = {
    "required": Text("必須", "required"),
    "summary": Text("直すところがあります", "There is something to mend"),
}
_UNIT = Text("単位: {unit}", "unit: {unit}")
_STAND_IN = "-"  # for a field that the form leaves to somebody else, while the rest is checked


class Form:
    """A form for a model, such as a technique or a measure, on the columns of a table, in one language.

    `values` is plain data of a spec, or a model of it; it may be incomplete. Keys in `exclude` are not asked: what
    `values` says of them stays. Nothing that is entered or shown is part of the widget's state (see `private`).

    >>> from sudare.techniques import techniques
    >>> form = Form(techniques()["bin"], None, "en", {"columns": ["age"], "because": "x"}, exclude=("standards", "by"))
    >>> [problem.message.en for problem in form.problems]
    ["fill in 'edges'."]
    >>> form.enter("edges", ["040", "50"])
    >>> form.value()
    {'technique': 'bin', 'columns': ['age'], 'because': 'x', 'edges': ['040', '50']}
    """

    def __init__(
        self,
        model: type[Model],
        schema: Schema | None,
        lang: Language | None = None,
        values: Mapping[str, Any] | Model | None = None,
        exclude: Collection[str] = (),
    ) -> None:
        """Make the form and fill it."""
        self._model = model
        self._schema = schema
        self._lang: Language = lang or preferred()
        self._exclude = tuple(exclude)
        self._observers: list[Callable[[Form], None]] = []
        self.entries: Sequence[Entry] = entries_of(model, schema, exclude)
        self._by_path = {entry.path: entry for entry in flat(self.entries) if not isinstance(entry, Group)}
        self._fill(values)
        self.widget = FormPage(self._everything, self._entered)

    # -- what is in it

    def value(self) -> dict[str, Any]:
        """Return what is entered as plain data of a spec; raise Refused with every problem, each told at its field too.

        Only what differs from its default, or was written before, is in it. Texts stay as they were typed, also with
        leading zeros. The faults of the step on these columns count, such as edges that do not ascend.
        """
        self._told_all = True
        data, problems = self._looked_at()
        self._tell_problems(problems)
        if problems:
            raise Refused(problems)
        return data

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the form from giving a value, whether it is shown already or not."""
        return tuple(self._looked_at()[1])

    def set(self, values: Mapping[str, Any] | Model) -> None:
        """Fill the form anew; what `values` leaves out shows its default. Observers are not called."""
        self._fill(values)
        self.widget.show()

    def observe(self, callback: Callable[[Form], None]) -> None:
        """Call `callback(form)` after each change that a person makes; several while somebody types."""
        self._observers.append(callback)

    def speak(self, lang: Language) -> None:
        """Change the language of the form; what is entered stays."""
        self._lang = lang
        self.widget.show()

    def enter(self, path: str, raw: Raw) -> None:
        """Take what a control holds, as if somebody had entered it: a text, a truth value, or a list, by its kind."""
        entry = self._by_path[path]
        self._raws[path] = entry.taken(self._raws[path], raw)
        self._touched.add(path)
        for callback in self._observers:
            callback(self)

    # -- what the page is told and tells

    def _entered(self, path: str, raw: Raw, view: str) -> None:
        faults: tuple[Problem, ...] = ()
        if path not in self._by_path:
            return
        try:
            self.enter(path, raw)
        except Exception as error:  # noqa: BLE001 - an observer's fault is told in place, reduced where it is not ours
            faults = problems_in(error)
        now = self._raws[path]
        self.widget.tell(
            kind="news", view="" if now != raw and _changes_back(now) else view, raws={path: now}, units=self._units()
        )
        self._tell_problems([*self._looked_at()[1], *faults], always=faults)

    def _everything(self) -> dict[str, Any]:
        """Return what a view needs to draw the whole form."""
        parts = [self._described(entry) for entry in self.entries]
        words = {name: text.pick(self._lang) for name, text in _WORDS.items()}
        problems = self._shown_problems(self._looked_at()[1])
        return {
            "parts": parts,
            "raws": self._raws,
            "words": words,
            "lang": self._lang,
            "units": self._units(),
            **problems,
        }

    def _described(self, entry: Entry) -> dict[str, Any]:
        told = entry.described(self._lang, self._raws.get(entry.path))
        if isinstance(entry, Group):
            told["parts"] = [self._described(part) for part in entry.parts]
        return told

    def _units(self) -> dict[str, str]:
        """Return the unit of each field that is read as the chosen columns are."""
        names = {same_name(str(name)) for name in self._raws.get("columns", ())}
        units = {column.unit for column in self._schema or () if column.called in names}
        unit = units.pop() if len(units) == 1 else None
        words = _UNIT.fill(unit=unit).pick(self._lang) if unit else ""
        return {path: words for path, entry in self._by_path.items() if _in_unit(entry)}

    def _tell_problems(self, problems: Sequence[Problem], always: Sequence[Problem] = ()) -> None:
        self.widget.tell(kind="problems", **self._shown_problems(problems, always))

    def _shown_problems(self, problems: Sequence[Problem], always: Sequence[Problem] = ()) -> dict[str, Any]:
        """Return the problems by field, and all of them for the summary.

        A field is not called wrong before somebody was there; once the value was asked for, all faults are told.
        """
        placed: dict[str, list[str]] = {}
        summary = []
        for problem in problems:
            path = self._place(problem.where)
            general = path == "" and bool(self._touched)
            if not (self._told_all or general or path in self._touched or problem in always):
                continue
            said = problem.message.pick(self._lang)
            if path:
                placed.setdefault(path, []).append(said)
            if self._told_all or not path:
                summary.append([path, said])
        return {"problems": placed, "summary": summary}

    def _place(self, where: str) -> str:
        """Return the path of the innermost entry that a problem is about, or nothing."""
        at = [path for path in self._by_path if where == path or where.startswith((f"{path}.", f"{path}["))]
        return max(at, key=len, default="")

    # -- what it says

    def _fill(self, values: Mapping[str, Any] | Model | None) -> None:
        given = dict(values) if isinstance(values, dict) else _plain(values)
        self._kept = {key: given[key] for key in given if not any(entry.about.key == key for entry in self.entries)}
        self._raws: dict[str, Raw] = raws_of(self.entries, given)
        self._written = written_in(self.entries, given)
        self._touched: set[str] = set()
        self._told_all = False

    def _looked_at(self) -> tuple[dict[str, Any], list[Problem]]:
        """Return the plain data and everything that is wrong with it."""
        problems: list[Problem] = []
        data = {**dict(constants(self._model)), **self._kept}
        data |= collected(self.entries, self._raws, self._written, problems)
        left = self._left_to_others(data)
        try:
            built = self._model.model_validate({**data, **left})
        except ValidationError as error:
            told = {self._place(problem.where) for problem in problems}
            # What could not be read, or is missing, was told by the entry itself; so was what follows from that.
            problems += [
                problem
                for problem in problems_of(error, self._model)
                if not told or self._place(problem.where) not in {"", *told}
            ]
            return {}, problems
        if "columns" not in left:
            problems += self._misfits(built)
        plain = built.to_dict()
        first = dict(constants(self._model))
        return {**first, **{key: plain[key] for key in plain if key not in left and key not in first}}, problems

    def _left_to_others(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return stand-ins for required fields that the form does not ask and that nobody gave yet."""
        required = {info.alias or name for name, info in self._model.model_fields.items() if info.is_required()}
        example = getattr(self._model, "example", None)
        step = {} if example is None else example.step
        return {key: step.get(key, _STAND_IN) for key in self._exclude if key in required and key not in data}

    def _misfits(self, built: Model) -> Iterator[Problem]:
        """Say what does not fit the columns."""
        if self._schema is None:
            return
        if isinstance(built, Technique):
            yield from built.problems(self._schema, "")
        elif isinstance(built, Measure):
            yield from (
                missing_column(name, self._schema, "columns")
                for name in built.reads()
                if self._schema.get(name) is None
            )


def _plain(values: Mapping[str, Any] | Model | None) -> dict[str, Any]:
    if values is None:
        return {}
    return values.to_dict() if hasattr(values, "to_dict") else dict(values)


def _in_unit(entry: Entry) -> bool:
    return entry.about.takes_values and not entry.about.private


def _changes_back(raw: Raw) -> bool:
    """Say whether what was made of an entry must be written back into the control somebody is typing in."""
    return isinstance(raw, dict)
