"""l is that of the least diverse class, by the paper's definitions written out in plain Python."""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlglot import ErrorLevel, exp

from small_runs import declared, document, refused, run, step, texts
from sudare.engines import sql
from sudare.engines.engine import Engine
from sudare.engines.relation import Cell, Change
from sudare.measures import measures
from sudare.measures.l_diversity import LDiversity, class_diversities
from sudare.measures.measure import Scope, Verdict
from sudare.models import problems_of
from sudare.specs import check_document
from sudare.tables.schema import Input

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sudare.engines.relation import Relation

Row = tuple[str | None, str | None, str | None]  # class, sensitive value, person
ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from("ab"), st.none() | st.sampled_from("pqrs"), st.none() | st.sampled_from("xyz")
    ),
    max_size=30,
)
C = st.sampled_from(["0.5", "1", "1.5", "2", "3"])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder), threads=2) as made:
        yield made


def loaded(engine: Engine, rows: Sequence[Row]) -> Relation:
    arrow = pa.schema([(name, pa.string()) for name in ("a", "s", "who")])
    declaration = Input.model_validate({"columns": [declared(name) for name in arrow.names]})
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(3)]
    return engine.load([pa.record_batch(columns, schema=arrow)], declaration.schema_, arrow)


def check(kind: str = "distinct", at_least: str = "1", **more: str) -> LDiversity:
    given = {"measure": "l-diversity", "columns": ["a"], "sensitive": "s", "kind": kind, "at_least": at_least, **more}
    return LDiversity.model_validate(given)


def l_of(engine: Engine, relation: Relation, kind: str, *, people: bool = False, **more: str) -> float | None:
    return check(kind, **more).evaluate(Scope(engine, relation, people)).value


# --- the definitions, in plain Python


def classes(rows: Sequence[Row]) -> list[list[int]]:
    found: dict[str | None, Counter[str | None]] = defaultdict(Counter)
    for key, value, _ in rows:
        found[key][value] += 1
    return [sorted(counts.values(), reverse=True) for counts in found.values()]


def in_people(rows: Sequence[Row]) -> list[Row]:
    """The different pairs of person and value in each class; rows without a person are one person together."""
    return list({(key, value, who or "") for key, value, who in rows})


def entropy_l(counts: list[int]) -> float:
    n = sum(counts)
    return math.exp(-math.fsum(x / n * math.log(x / n) for x in counts))


def recursive_l(counts: list[int], c: Fraction) -> int:
    depths = [depth for depth in range(2, len(counts) + 1) if counts[0] < c * sum(counts[depth - 1 :])]
    return max(depths, default=1)


def is_about(found: float | None, exact: float | None) -> bool:
    """Told rounded down to two places."""
    return found == exact if found is None or exact is None else found <= exact + 1e-9 and exact - found < 0.01 + 1e-9


@given(rows=ROWS, c=C)
def test_l_in_records_is_that_of_the_paper(engine: Engine, rows: list[Row], c: str) -> None:
    relation, parts = loaded(engine, rows), classes(rows)
    assert l_of(engine, relation, "distinct") == min(map(len, parts), default=None)
    assert is_about(l_of(engine, relation, "entropy"), min(map(entropy_l, parts), default=None))
    assert l_of(engine, relation, "recursive", c=c) == min(
        (recursive_l(part, Fraction(c)) for part in parts), default=None
    )


@given(rows=ROWS, c=C)
def test_l_in_people_counts_a_person_once_with_each_value(engine: Engine, rows: list[Row], c: str) -> None:
    relation, parts = engine.name_units(loaded(engine, rows), "who"), classes(in_people(rows))
    assert l_of(engine, relation, "distinct", people=True) == min(map(len, parts), default=None)
    assert is_about(l_of(engine, relation, "entropy", people=True), min(map(entropy_l, parts), default=None))
    assert l_of(engine, relation, "recursive", people=True, c=c) == min(
        (recursive_l(part, Fraction(c)) for part in parts), default=None
    )


@given(rows=ROWS, data=st.data())
def test_the_order_of_the_rows_says_nothing(engine: Engine, rows: list[Row], data: st.DataObject) -> None:
    other = loaded(engine, data.draw(st.permutations(rows)))
    relation = loaded(engine, rows)
    for kind, more in (("distinct", {}), ("entropy", {}), ("recursive", {"c": "2"})):
        assert l_of(engine, relation, kind, **more) == l_of(engine, other, kind, **more)


@pytest.mark.parametrize(
    ("values", "c", "expected"),
    [
        ("pppqqr", "2", 2),  # 3 < 2 (2 + 1), not 3 < 2 (1)
        ("pppqqr", "4", 3),
        ("pppqqr", "1", 1),  # 3 < 3 does not hold: strictly less
        ("pppqqr", "1.001", 2),
        ("ppqq", "1", 1),
        ("ppqq", "1.5", 2),
        ("pppp", "100", 1),  # one value has only (c, 1), which always holds
    ],
)
def test_recursive_diversity_by_hand(engine: Engine, values: str, c: str, expected: int) -> None:
    relation = loaded(engine, [("a", value, None) for value in values])
    assert l_of(engine, relation, "recursive", c=c) == expected


def test_one_persons_records_do_not_make_a_class_diverse(engine: Engine) -> None:
    rows: list[Row] = [("a", "p", "x")] * 9 + [("a", "p", "y"), ("a", "q", "y")]
    relation = engine.name_units(loaded(engine, rows), "who")
    # In records p, q are 10 and 1; in people 2 and 1, y being counted with both.
    assert l_of(engine, relation, "entropy") == 1.35
    assert l_of(engine, relation, "entropy", people=True) == 1.88
    assert [l_of(engine, relation, "recursive", people=people, c="2.5") for people in (False, True)] == [1, 2]


def test_missing_and_hidden_sensitive_values_each_count_as_one_value(engine: Engine) -> None:
    rows: list[Row] = [("a", "p", None), ("a", None, None), ("a", None, None), ("a", "q", None)]
    relation = loaded(engine, rows)
    assert l_of(engine, relation, "distinct") == 3
    s = relation.field("s")
    hidden = engine.apply(
        relation, Change(cells={"s": Cell(s.value, "text", sql.one_of(s.value, [exp.Literal.string("q")]))})
    )
    assert l_of(engine, hidden, "distinct") == 3  # p, hidden, missing
    all_hidden = engine.apply(relation, Change(cells={"s": Cell(s.value, "text", sql.is_there(s.value))}))
    assert l_of(engine, all_hidden, "distinct") == 2  # hidden, missing


@pytest.mark.parametrize("values", [2, 3, 5, 7, 10])
@pytest.mark.parametrize("each", [1, 3, 1000])
def test_an_even_class_has_exactly_the_entropy_of_its_values(engine: Engine, values: int, each: int) -> None:
    relation = loaded(engine, [("a", str(n % values), None) for n in range(values * each)])
    scope = Scope(engine, relation)
    assert check("entropy", str(values)).evaluate(scope) == Verdict(ok=True, value=float(values))
    assert not check("entropy", f"{values}.01").evaluate(scope).ok


def test_an_entropy_is_rounded_down_where_it_is_told_and_not_where_it_is_judged(engine: Engine) -> None:
    relation = loaded(engine, [("a", value, None) for value in "ppq"])  # exp of the entropy: 1.8898...
    for limit, ok in (("1.88", True), ("1.89", False)):
        assert check("entropy", limit).evaluate(Scope(engine, relation)) == Verdict(ok, 1.88)


def test_an_empty_table_keeps_every_limit(engine: Engine) -> None:
    for made in (check(at_least="9"), check("entropy", "9"), check("recursive", "9", c="1")):
        for people in (False, True):
            assert made.evaluate(Scope(engine, loaded(engine, []), people)) == Verdict(ok=True, value=None)


def test_the_limit_is_told_in_both_languages() -> None:
    assert measures()["l-diversity"] is LDiversity
    assert check(at_least="3").limit() == ("「s」の値が 3 種類以上", "at least 3 values of 's'")
    assert check("entropy", "1.5").limit().en == "entropy l of 's' at least 1.5"
    assert check("recursive", "3", c="2").limit().en == "recursive (c, l) of 's', c = 2, l at least 3"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "recursive"}, "missing-key"),
        ({"c": "2"}, "missing-key"),
        ({"at_least": "2.5"}, "bad-value"),
        ({"at_least": "0"}, "bad-value"),
        ({"kind": "entropy", "at_least": "1.005"}, "bad-value"),
        ({"kind": "recursive", "c": "0"}, "bad-value"),
        ({"sensitive": "a"}, "sensitive-among-columns"),
        ({"kind": "t"}, "bad-value"),
    ],
)
def test_a_check_that_makes_no_sense_is_refused(change: dict[str, str], code: str) -> None:
    given: dict[str, Any] = {"measure": "l-diversity", "columns": ["a"], "sensitive": "s", "at_least": "2", **change}
    with pytest.raises(ValidationError) as raised:
        LDiversity.model_validate(given)
    assert [problem.code for problem in problems_of(raised.value, LDiversity)] == [code]


def test_its_questions_can_be_written_for_spark(engine: Engine) -> None:
    asked: list[exp.Select] = []

    class Listening:
        def ask(self, query: exp.Select) -> list[dict[str, Any]]:
            asked.append(query)
            return engine.ask(query)

    relation = engine.name_units(loaded(engine, [("a", "p", "x")]), "who")
    for made in (check(), check("entropy"), check("recursive", c="2.5")):
        made.evaluate(Scope(Listening(), relation, people=True))  # type: ignore[arg-type]  # what a measure asks of it
    for query in asked:
        spark = query.sql("spark", unsupported_level=ErrorLevel.RAISE)
        assert isinstance(sqlglot.parse_one(spark, dialect="spark"), exp.Select)
        assert not [n for n in query.find_all(exp.Literal) if not n.is_string and not n.is_int]


# --- in a spec

COLUMNS = [declared("年代"), declared("判定")]
TABLE = texts(年代=["30", "30", "30", "40", "40", "40"], 判定=["要", "否", "要", "要", "否", "保留"])


def spec(**limits: str) -> Any:
    asked = {"measure": "l-diversity", "columns": ["年代"], "sensitive": "判定", **limits}
    return document(COLUMNS, [step("keep", "年代", "判定", standards=[1])], checks=[asked])


def test_a_run_tells_l_and_stops_below_the_limit(tmp_path: Path) -> None:
    done = run(tmp_path, spec(at_least="2"), TABLE)
    assert {"measure": "l-diversity", "ok": True, "value": 2} in done.receipt["checks"]
    planted = ["保留", "要,", "否"]
    assert refused(lambda: run(tmp_path, spec(at_least="3"), TABLE), *planted) == {"check-failed": ["checks[0]"]}


def test_a_sensitive_column_that_is_not_in_the_output_is_told_before_the_run() -> None:
    asked = {"measure": "l-diversity", "columns": ["年代"], "sensitive": "判決", "at_least": "2"}
    checked = check_document(document(COLUMNS, [step("keep", "年代", "判定")], checks=[asked]))
    assert [(p.code, p.where) for p in checked.problems] == [("missing-column", "checks[0]")]


def test_the_diversities_of_all_classes_are_told_by_one_question(engine: Engine) -> None:
    relation = loaded(engine, [("a", "p", None), ("a", "q", None), ("b", "p", None)])
    rows = engine.ask(class_diversities(relation, ["a"], "s", people=False))
    found = sorted((int(row["size"]), int(row["values"]), round(row["entropy"], 12)) for row in rows)
    assert found == [(1, 1, 0.0), (2, 2, round(math.log(2), 12))]
    assert Decimal(f"{math.exp(math.log(2)):.12g}") == 2
