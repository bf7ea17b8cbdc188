from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from pydantic import ValidationError

from sudare.engines.predicates import Predicate
from sudare.errors import Refused
from sudare.language import Text
from sudare.measures import measures
from sudare.specs import parse_spec
from sudare.specs.spec import Proposal, Unit
from sudare.tables.samples import SAMPLES
from sudare.tables.schema import Column, Schema
from sudare.techniques import techniques
from sudare.widgets.forms import Form, PrivateText
from sudare.widgets.forms.about import about, core_of
from sudare.widgets.forms.condition import Condition
from sudare.widgets.forms.group import flat
from sudare.widgets.forms.written import from_yaml, yaml_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sudare.models import Model

TABLE = Schema(
    columns=(
        Column(name="氏名"),
        Column(name="年齢", type="integer", unit="歳"),
        Column(name="身長", type="decimal", unit="cm"),
        Column(name="受診日", type="date"),
    )
)
SHELF = {**techniques(), **measures()}


def of_example(technique: str) -> Schema:
    example = techniques()[technique].example
    named = [Column(name=name, type=kind, unit=example.units.get(name)) for name, kind in example.types.items()]
    return Schema(columns=tuple(named))


def sent_by(form: Form) -> list[dict[str, Any]]:
    """Collect what the page is told from now on."""
    sent: list[dict[str, Any]] = []
    form.widget.send = sent.append
    return sent


# -- what goes in comes out


@pytest.mark.parametrize("name", techniques())
def test_the_example_of_a_technique_comes_out_as_it_went_in(name: str) -> None:
    kind = techniques()[name]
    form = Form(kind, of_example(name), "ja", kind.example.step)
    assert form.problems == ()
    assert form.value() == kind.model_validate(kind.example.step).to_dict()


@pytest.mark.parametrize("name", techniques())
def test_a_form_without_a_table_takes_the_same(name: str) -> None:
    kind = techniques()[name]
    assert Form(kind, None, "en", kind.example.step).value() == kind.model_validate(kind.example.step).to_dict()


def some(annotation: Any, limits: dict[str, Any]) -> Any:
    """Return something that a field takes."""
    kind, _ = core_of(annotation)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if kind in {int, Decimal}:
        return str(limits.get("ge", limits.get("le", 1)))
    if get_origin(kind) is tuple:
        return ["年齢", "身長"][: limits.get("max_length", 2)]
    if hasattr(kind, "model_fields"):
        return {"columns": [{"name": "年齢", "type": "integer"}, {"name": "身長", "type": "decimal"}]}
    return "氏名"


def sensible(model: type[Model]) -> dict[str, Any]:
    """Return values that a model takes: what is required, and what it asks for besides."""
    fields = [about(info, info.alias or name) for name, info in model.model_fields.items()]
    values = {one.key: some(one.kind, one.limits) for one in fields if one.required}
    optional = [{one.key: some(one.kind, one.limits)} for one in fields if not one.required]
    for more in ({}, *optional):
        try:
            model.model_validate({**values, **more})
        except ValidationError:
            continue
        return {**values, **more}
    pytest.fail("no values were found that the model takes")


@pytest.mark.parametrize("name", measures())
def test_a_measure_comes_out_as_it_went_in(name: str) -> None:
    values = sensible(measures()[name])
    assert Form(measures()[name], TABLE, "ja", values).value() == measures()[name].model_validate(values).to_dict()


def decisions() -> Iterator[tuple[Model, Schema]]:
    """Walk over the steps and checks of the samples' specs, each with the columns that there are."""
    for sample in SAMPLES.values():
        spec = parse_spec((files("sudare.production") / sample.spec).read_text(encoding="utf-8")).spec
        gone = spec.out_of_scope.columns if spec.out_of_scope else ()
        schema = Schema(columns=tuple(column for column in spec.input.columns if column.called not in gone))
        for step in spec.steps:
            yield step, schema
            schema = step.schema_after(schema)
        for check in spec.checks:
            yield check, schema


@pytest.mark.parametrize(("decision", "schema"), list(decisions()))
def test_every_decision_of_the_samples_comes_out_as_it_went_in(decision: Model, schema: Schema) -> None:
    assert Form(type(decision), schema, "ja", decision).value() == decision.to_dict()


def test_other_models_have_forms_too() -> None:
    assert Form(Unit, TABLE, "ja", {"person": "氏名"}).value() == {"person": "氏名"}
    proposal = Form(Proposal, TABLE, "ja")
    assert proposal.value() == {}
    proposal.enter("use_until", "令和9年3月31日")
    proposal.enter("columns", ["年齢", "身長"])
    assert proposal.value() == {"use_until": "2027-03-31", "columns": ["年齢", "身長"]}


# -- words


@pytest.mark.parametrize("name", SHELF)
def test_every_field_has_a_label_in_both_languages(name: str) -> None:
    form = Form(SHELF[name], TABLE)
    for entry in flat(form.entries):
        ja, en = (entry.described(lang, form._raws.get(entry.path)) for lang in get_args(Literal["ja", "en"]))
        assert ja["label"] not in {"", entry.about.key} or entry.path == "c", entry.path
        assert en["label"], entry.path
        assert ja["kind"] == en["kind"]


def test_a_form_tells_range_default_unit_and_example() -> None:
    form = Form(techniques()["pseudonymize"], TABLE, "en")
    length = next(entry for entry in form.entries if entry.path == "length")
    assert length.described("en", "16")["help"] == "Range: at least 8, at most 64. Default: 16."
    bins = Form(techniques()["bin"], TABLE, "ja", {"columns": ["年齢"]})
    edges = next(entry for entry in bins.entries if entry.path == "edges")
    assert edges.described("ja", [])["help"].endswith("例: 40、50、90。")
    assert bins._units() == {"edges": "単位: 歳"}
    bins.enter("columns", ["年齢", "身長"])
    assert bins._units() == {"edges": ""}  # two units: none can be told


def test_the_language_changes_and_what_was_entered_stays() -> None:
    form = Form(techniques()["bin"], TABLE, "ja", {"columns": ["年齢"]})
    sent = sent_by(form)
    form.enter("edges", ["40"])
    form.speak("en")
    assert sent[-1]["parts"][0]["label"] == "columns"
    assert sent[-1]["raws"]["edges"] == ["40"]


# -- what is typed


@pytest.mark.parametrize(
    ("name", "path", "raw", "value", "with_it"),
    [
        ("bin", "edges", ["040, 050"], ["040", "050"], {}),  # zeros stay
        ("bin", "edges", ["40、50", "60"], ["40", "50", "60"], {}),
        ("bin", "labels", ["四十代, 前半"], ["四十代, 前半"], {"edges": ["40", "50"]}),  # a comma of a text is no end
        ("truncate-code", "keep", "３", 3, {}),
        ("truncate-code", "fill", " **", " **", {}),
        ("add-noise", "scale", "1,234.50", "1234.50", {}),
        ("date-precision", "at", "令和8年4月1日", "2026-04-01", {"to": "age"}),
        ("shift-dates", "weeks", True, True, {}),
        ("add-noise", "standards", ["4", "1"], [4, 1], {}),
    ],
)
def test_what_is_typed_is_written_as_in_a_spec(
    name: str, path: str, raw: Any, value: Any, with_it: dict[str, Any]
) -> None:
    example = techniques()[name].example.step
    form = Form(techniques()[name], None, "ja", {**example, **with_it})
    form.enter(path, raw)
    assert form.value()[path] == value


def test_only_what_differs_from_its_default_is_written() -> None:
    form = Form(techniques()["pseudonymize"], TABLE, "ja", {"columns": ["氏名"], "domain": "人", "because": "理由"})
    assert form.value() == {"technique": "pseudonymize", "columns": ["氏名"], "domain": "人", "because": "理由"}
    form.enter("alphabet", "base32")
    assert form.value()["alphabet"] == "base32"
    form.enter("alphabet", "hex")
    assert "alphabet" not in form.value()


def test_a_default_that_was_written_stays_written() -> None:
    values = {"columns": ["氏名"], "domain": "人", "because": "理由", "length": 16}
    assert Form(techniques()["pseudonymize"], TABLE, "ja", values).value()["length"] == 16


def test_columns_come_out_in_the_order_in_which_they_were_picked() -> None:
    form = Form(techniques()["keep"], TABLE, "ja", {"because": "理由"})
    form.enter("columns", ["受診日", "氏名"])
    assert form.value()["columns"] == ["受診日", "氏名"]


def test_only_columns_of_a_fitting_type_are_offered_and_the_others_are_counted() -> None:
    form = Form(techniques()["bin"], TABLE, "ja")
    columns = form.entries[0].described("ja", ["年齢"])
    assert [value for value, _ in columns["options"]] == ["年齢", "身長", "受診日"]
    assert columns["note"] == "型の合わない列は出していません（1 列）。"


def test_a_column_that_went_is_shown_kept_and_told() -> None:
    form = Form(techniques()["keep"], TABLE, "ja", {"columns": ["職業"], "because": "理由"})
    assert ["職業", "職業（この表にありません）"] in form.entries[0].described("ja", ["職業"])["options"]
    assert [problem.code for problem in form.problems] == ["missing-column"]


def test_a_column_written_by_a_mac_is_the_same_column() -> None:
    schema = Schema(columns=(Column(name="学校が"),))
    form = Form(techniques()["keep"], schema, "ja", {"columns": ["学校か\u3099"], "because": "理由"})
    assert [value for value, _ in form.entries[0].described("ja", ["学校か\u3099"])["options"]] == ["学校か\u3099"]
    assert form.value()["columns"] == ["学校か\u3099"]


def test_what_is_not_asked_stays_and_may_be_given_later() -> None:
    values = {"columns": ["年齢"], "standards": [4], "because": "古い理由"}
    assert Form(techniques()["keep"], TABLE, "ja", values, exclude=("because",)).value()["because"] == "古い理由"
    form = Form(techniques()["keep"], TABLE, "ja", {"columns": ["年齢"]}, exclude=("because", "by", "standards"))
    assert form.value() == {"technique": "keep", "columns": ["年齢"]}


def test_columns_may_be_left_to_the_caller_too() -> None:
    form = Form(techniques()["truncate-code"], TABLE, "ja", exclude=("columns", "because"))
    form.enter("keep", "3")
    assert form.value() == {"technique": "truncate-code", "keep": 3}


# -- inner models, tables, conditions


def test_an_inner_model_is_left_out_until_something_is_entered() -> None:
    values = {"columns": ["身長"], "at_least": "160", "because": "理由"}
    form = Form(techniques()["top-code"], TABLE, "ja", values)
    assert "per" not in form.value()
    form.enter("per.column", "氏名")
    assert [(p.code, p.where) for p in form.problems] == [("missing-key", "per.at_least")]
    form.enter("per.at_least", [["1", "150"], ["", ""]])
    assert form.value()["per"] == {"column": "氏名", "at_least": {"1": "150"}}


def test_a_value_that_stands_twice_is_told_by_its_rows_only() -> None:
    form = Form(techniques()["map-values"], TABLE, "ja", {"columns": ["氏名"], "because": "理由"})
    form.enter("table", [["秘密の病", "A"], ["", ""], ["秘密の病", "B"]])
    assert [problem.what.ja for problem in form.problems] == ["1 行目と 3 行目の値が同じです。"]
    assert "秘密" not in str(form.problems)


ROW = {"column": "年齢", "test": "equals", "value": "40"}


@pytest.mark.parametrize(
    ("rows", "join", "plain"),
    [
        ([ROW], "all", {"column": "年齢", "equals": "40"}),
        ([ROW, {**ROW, "test": "missing", "value": ""}], "any", None),
        ([{**ROW, "test": "in", "value": "40\n\n41"}], "all", {"column": "年齢", "in": ["40", "41"]}),
        ([{**ROW, "test": "in-file", "value": "a.csv"}], "all", {"column": "年齢", "in": {"file": "a.csv"}}),
        ([{**ROW, "test": "between", "value": "40\n49"}], "all", {"column": "年齢", "between": ["40", "49"]}),
        ([{**ROW, "test": "there", "value": "40"}], "all", {"column": "年齢", "missing": False}),
        ([{"column": "", "test": "equals", "value": ""}, ROW], "all", {"column": "年齢", "equals": "40"}),
    ],
)
def test_a_condition_is_put_together_from_rows(rows: list[Any], join: str, plain: dict[str, Any] | None) -> None:
    form = Form(techniques()["delete-records"], TABLE, "ja", {"because": "理由"})
    form.enter("where", {"mode": "rows", "join": join, "rows": rows, "yaml": ""})
    expected = plain or {"any": [{"column": "年齢", "equals": "40"}, {"column": "年齢", "missing": True}]}
    assert form.value()["where"] == expected


def test_a_row_that_is_not_finished_is_told_by_its_number() -> None:
    form = Form(techniques()["delete-records"], TABLE, "ja", {"because": "理由"})
    for half in ({"value": ""}, {"column": ""}, {"test": "between", "value": "40\n"}):
        form.enter("where", {"mode": "rows", "join": "all", "rows": [ROW, {**ROW, **half}], "yaml": ""})
        assert [(p.where, p.what.ja) for p in form.problems] == [("where", "条件 2 が途中です。")]


def test_a_condition_goes_from_rows_to_yaml_and_back() -> None:
    form = Form(techniques()["delete-records"], TABLE, "ja", {"where": {"column": "年齢", "equals": "040"}})
    before = form._raws["where"]
    form.enter("where", {**before, "mode": "yaml"})
    assert form._raws["where"]["yaml"] == "column: 年齢\nequals: 040\n"
    form.enter("where", {**form._raws["where"], "mode": "rows"})
    assert form._raws["where"]["rows"] == before["rows"]


def test_a_condition_too_rich_for_rows_stays_yaml() -> None:
    rich = {"not": {"column": "年齢", "equals": "40"}}
    form = Form(techniques()["delete-records"], TABLE, "ja", {"where": rich, "because": "理由"})
    assert form._raws["where"]["mode"] == "yaml"
    form.enter("where", {**form._raws["where"], "mode": "rows"})
    assert form._raws["where"]["mode"] == "yaml"
    assert form.value()["where"] == rich


def test_bad_yaml_is_told_by_its_line() -> None:
    form = Form(techniques()["delete-records"], TABLE, "en", {"because": "x"})
    form.enter("where", {**form._raws["where"], "mode": "yaml"})
    form.enter("where", {**form._raws["where"], "yaml": "column: 年齢\nequals: [秘密の値\n"})
    [problem] = form.problems
    assert (problem.code, problem.where) == ("bad-yaml", "where")
    assert "秘密" not in str(problem)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
COMPARED = st.one_of(
    st.fixed_dictionaries({"column": TEXTS, "equals": TEXTS}),
    st.fixed_dictionaries({"column": TEXTS, "in": st.lists(TEXTS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"column": TEXTS, "between": st.lists(TEXTS, min_size=2, max_size=2)}),
    st.fixed_dictionaries({"column": TEXTS, "missing": st.sampled_from(["true", "false"])}),
    st.fixed_dictionaries({"column": TEXTS, "in": st.fixed_dictionaries({"file": TEXTS})}),
)
CONDITIONS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_any_condition_is_shown_so_that_it_reads_the_same(plain: dict[str, Any]) -> None:
    entry = Condition(about(techniques()["delete-records"].model_fields["where"], "where"), TABLE)
    assert entry.read(entry.shown(plain)) == plain


PLAIN = st.recursive(
    TEXTS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS.filter(bool), inner, max_size=3)),
    max_leaves=8,
)


@given(PLAIN)
def test_any_plain_data_is_written_so_that_it_reads_the_same(data: Any) -> None:
    assert from_yaml(yaml_of(data), "x") == data


# -- faults


def test_an_empty_form_tells_what_is_missing_and_gives_nothing() -> None:
    form = Form(techniques()["bin"], TABLE, "ja")
    with pytest.raises(Refused) as refused:
        form.value()
    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("missing-key", "columns"),
        ("missing-key", "edges"),
        ("missing-key", "because"),
    ]


def test_a_fault_stands_at_its_field_once_somebody_was_there() -> None:
    form = Form(techniques()["truncate-code"], TABLE, "ja")
    sent = sent_by(form)
    form._entered("keep", "99", "view")
    assert sent[-1] == {"kind": "problems", "problems": {"keep": ["64 以下にしてください。"]}, "summary": []}


def test_all_faults_stand_at_their_fields_and_above_once_the_value_was_asked_for() -> None:
    form = Form(techniques()["truncate-code"], TABLE, "ja")
    sent = sent_by(form)
    with pytest.raises(Refused):
        form.value()
    assert set(sent[-1]["problems"]) == {"columns", "keep", "because"}
    assert [path for path, _ in sent[-1]["summary"]] == ["columns", "keep", "because"]


def test_what_does_not_fit_the_columns_is_told_above() -> None:
    values = {"columns": ["年齢"], "because": "理由", "edges": ["50"]}
    form = Form(techniques()["bin"], TABLE, "ja", values)
    sent = sent_by(form)
    form._entered("edges", ["50", "40"], "view")
    assert sent[-1]["summary"] == [["", "edges は小さい順に書いてください。"]]
    with pytest.raises(Refused):
        form.value()


def test_a_fault_below_a_private_field_stands_at_it_without_the_value() -> None:
    form = Form(techniques()["map-values"], TABLE, "ja", {"columns": ["氏名"], "because": "理由"})
    sent = sent_by(form)
    form._entered("table", [["秘密の病", ""]], "view")
    assert list(sent[-1]["problems"]) == ["table"]
    assert "秘密" not in json.dumps(sent[-1], ensure_ascii=False)


def test_an_observers_fault_is_told_in_place_and_reduced() -> None:
    def raises(_form: Form) -> None:
        raise KeyError("秘密の値")

    form = Form(techniques()["keep"], TABLE, "ja")
    form.observe(raises)
    sent = sent_by(form)
    form._entered("because", "x", "view")
    told = json.dumps(sent, ensure_ascii=False)
    assert "KeyError" in told
    assert "秘密の値" not in told


def test_observers_hear_of_each_change_a_person_makes() -> None:
    form = Form(techniques()["keep"], TABLE, "ja")
    heard: list[Form] = []
    form.observe(heard.append)
    form.set({"columns": ["年齢"]})
    assert heard == []
    form.widget.heard({"kind": "set", "path": "because", "raw": "理由", "view": "v"})
    form.widget.heard({"kind": "set", "path": "nowhere", "raw": "理由", "view": "v"})
    assert heard == [form]
    assert form.value()["because"] == "理由"


# -- nothing is saved


@pytest.mark.parametrize("name", SHELF)
def test_neither_an_entry_nor_a_header_is_in_the_state_of_the_widget(name: str) -> None:
    schema = Schema(columns=(Column(name="秘密の列"),))
    form = Form(SHELF[name], schema, "ja", {"columns": ["秘密の列"], "because": "秘密の理由", "by": "秘密 2026-01-01"})
    for entry in form.entries:
        if entry.path in {"because", "columns"}:
            form.enter(entry.path, form._raws[entry.path])
    saved = [form.widget.get_state(), form.widget.layout.get_state(), form.widget._repr_mimebundle_()]
    assert "秘密" not in str(saved)


def test_a_view_that_was_just_drawn_is_told_everything() -> None:
    form = Form(techniques()["suppress-cells"], TABLE, "ja", {"where": {"column": "年齢", "equals": "116"}})
    sent = sent_by(form)
    form.widget.heard({"kind": "ask"})
    assert sent[0]["kind"] == "show"
    assert sent[0]["raws"]["where"]["rows"] == [{"column": "年齢", "test": "equals", "value": "116"}]
    json.dumps(sent[0])  # it can be sent


def test_the_other_views_are_told_and_the_one_that_was_typed_in_is_left_alone() -> None:
    form = Form(techniques()["bin"], TABLE, "ja")
    sent = sent_by(form)
    form._entered("edges", ["40,50"], "view-1")
    assert (sent[0]["view"], sent[0]["raws"]) == ("view-1", {"edges": ["40", "50"]})


def test_every_comparison_of_a_condition_is_offered() -> None:
    offered = {
        test for test, _ in Form(techniques()["delete-records"], TABLE).entries[0].described("ja", ROWS)["tests"]
    }
    others = {"all", "any", "not", "group", "column"}
    known = Predicate.keys() - others
    assert offered == {*known, "in-file", "there"}


ROWS = {"mode": "rows", "join": "all", "rows": [], "yaml": ""}


def test_a_private_text_is_told_to_the_page_and_kept_out_of_the_state() -> None:
    heard: list[str] = []
    field = PrivateText(Text("値", "value"), "ja", "秘密の値", rows=3, changed=heard.append)
    sent: list[dict[str, Any]] = []
    field.widget.send = sent.append
    field.widget.heard({"kind": "ask"})
    field.widget.heard({"kind": "set", "path": "text", "raw": "秘密の値 2", "view": "v"})
    assert sent[0]["raws"] == {"text": "秘密の値"}
    assert (heard, field.value) == (["秘密の値 2"], "秘密の値 2")
    assert "秘密" not in str([field.widget.get_state(), field.widget._repr_mimebundle_()])


@pytest.mark.slow
def test_a_notebook_that_is_run_by_itself_saves_nothing_of_a_form() -> None:
    code = """
from sudare.tables.schema import Column, Schema
from sudare.techniques import techniques
from sudare.widgets.forms import Form, PrivateText
table = Schema(columns=(Column(name="秘密の" + "列"),))
form = Form(techniques()["map-values"], table, "ja", {"table": {"秘密の" + "値": "他"}, "because": "秘密の" + "理由"})
form.enter("because", "秘密の" + "理由")
form.widget
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3", store_widget_state=True).execute()
    told = json.dumps([notebook.metadata, notebook.cells[0].outputs], ensure_ascii=False)
    assert "FormPage" in told
    assert "AnyModel" in told  # the state of the widget was saved
    assert "秘密の列" not in told
    assert "秘密の値" not in told
    assert "秘密の理由" not in told
