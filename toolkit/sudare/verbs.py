"""The public verbs, called alike by notebook, command line and server: one function per arrow of the design."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, overload

from sudare.engines.engine import Engine
from sudare.errors import Problem, SudareError, UsageError
from sudare.profiles.profile import READING, profile_of, silent
from sudare.specs import Checked, check_document, read_spec
from sudare.specs.diff import Diff
from sudare.specs.diff import diff as differences
from sudare.specs.policy import find_policy, read_policy
from sudare.tables.guessing import open_guessed
from sudare.tables.table import describe_input, open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from sudare.findings import Found, View
    from sudare.language import Language
    from sudare.measures.question import Missing
    from sudare.measures.risk import Risk
    from sudare.optimizer import Hierarchy, Search
    from sudare.optimizer.least_loss import Progress as SearchProgress
    from sudare.profiles.profile import Profile, Progress
    from sudare.reports.case import Case, Cases
    from sudare.reports.eligibility_case import EligibilityCase
    from sudare.reports.usefulness import Utility
    from sudare.specs import Document


def check(
    spec: Path | str,
    *,
    input: Path | str | None = None,  # noqa: A002 - the word of the command
    set: Mapping[str, str] | None = None,  # noqa: A002 - the word of the command
    policy: Path | str | None = None,
) -> Checked:
    """Check a spec without running it, and with `input` also whether a file fits it. Never raises for a bad spec.

    Problems stop a run; open points do not, such as findings in the table that nothing in the spec answers. No problem
    repeats a value of the data. `set` gives parameters of the
    spec other values; a name it does not declare is a `UsageError`. The policy of the organisation is found as by `run`.
    """
    problems: tuple[Problem, ...] = ()
    try:
        document = read_spec(spec, set)
        rules = find_policy(Path(spec), policy)
        checked = check_document(document, policy=read_policy(rules) if rules is not None else None)
    except UsageError:
        raise
    except SudareError as error:
        return Checked(error.problems)
    if input is not None:
        try:
            checked = _with_findings(checked, document, input)
        except SudareError as error:
            problems = error.problems
    return dataclasses.replace(checked, problems=(*checked.problems, *problems))


def _with_findings(checked: Checked, document: Document, source: Path | str) -> Checked:
    """Read a table as the spec declares it, and add the findings that the spec leaves unanswered as open points."""
    from sudare.findings import View
    from sudare.findings import detect as all_detectors
    from sudare.findings.answers import unanswered

    declared = document.spec.input
    reading = open_table(source, declared)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "spill") as engine:
        relation = engine.load(reading.batches(), reading.schema, reading.arrow_schema)
        unit = document.spec.unit
        view = View(engine, relation, reading.schema, person=unit.person if unit is not None else None)
        left = tuple(unanswered(document.spec, all_detectors(view)))
    asked = {problem.where.removeprefix("standards.") for problem in left}
    standards = tuple(
        dataclasses.replace(one, status="open") if str(one.standard) in asked else one for one in checked.standards
    )
    return dataclasses.replace(checked, standards=standards, open=(*checked.open, *left))


def _opened(engine: Engine, path: Path | str) -> View:
    """Load one more table about which nothing is declared."""
    from sudare.findings import View

    guess = open_guessed(path)
    relation = engine.load(guess.batches(), guess.schema, guess.arrow_schema)
    return View(engine, relation, guess.schema)


def detect(  # noqa: PLR0913 - how a file is to be read, each by name
    source: Path | str | pa.Table | pd.DataFrame,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    outside: Path | str | None = None,
    beside: Sequence[Path | str] = (),
    proposal: Sequence[str] = (),
    draft: bool = False,
    lang: Language | None = None,
) -> Found:
    """Look at a table about which nothing is declared and return what has to be decided, by standard.

    `outside` is a file of thresholds that extends those of standard 4 (`law/outside.toml`); `beside` are other tables of
    the project, whose keys this one may share. With `draft`, the result
    holds the draft of a spec; the columns outside `proposal`, where given, are out of scope there. Missing cells are
    looked at as missing; a cell that does not fit its column's guessed type likewise. Errors: as `read`,
    `bad-thresholds`.

    >>> import pyarrow as pa
    >>> [one.id for one in detect(pa.table({"氏名": ["佐藤 花子", "鈴木 一郎"], "判定": ["A", "B"]})).findings]
    ['person-name/氏名']
    """
    from sudare.findings import Found, View
    from sudare.findings import detect as all_detectors
    from sudare.findings.draft import draft as drafted
    from sudare.law import thresholds, thresholds_with

    known = thresholds() if outside is None else thresholds_with(Path(outside))
    guess = open_guessed(source, encoding=encoding, delimiter=delimiter, header_row=header_row, sheet=sheet)
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder) / "spill") as engine:
        relation = engine.load(guess.batches(), guess.schema, guess.arrow_schema)
        others = tuple(_opened(engine, path) for path in beside)
        view = View(engine, relation, guess.schema, outside=known, beside=others)
        found = all_detectors(view)
        made = None
        if draft:
            title = Path(source).name if isinstance(source, str | Path) else ""
            made = drafted(
                view, guess.declared, found, name=title, facts=guess.facts, proposal=tuple(proposal), lang=lang
            )
        return Found(guess.facts.rows, found, made)


def profile(  # noqa: PLR0913 - how a file is to be read, and by what means, each by name
    source: Path | str | pa.Table | pd.DataFrame,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    threads: int | None = None,
    memory: str | None = None,
    progress: Progress = silent,
) -> Profile:
    """Look at a table about which nothing is declared, and return facts about its columns. No rare value is in it.

    `threads` and `memory` (such as `2GB`) bound the engine; a larger table is worked on from the disk. Missing cells
    and cells that do not fit their column's guessed type are counted and are no values. A problem in the result says
    what is odd; `header-like-data`: columns are called by position. Errors: as `read`.

    >>> import pyarrow as pa
    >>> [(c.name, c.type, c.distinct, c.missing) for c in profile(pa.table({"年齢": ["34", "71", None]})).columns]
    [('年齢', 'integer', 2, '<10')]
    """
    guess = open_guessed(source, encoding=encoding, delimiter=delimiter, header_row=header_row, sheet=sheet)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Engine(Path(folder) / "spill", threads=threads, memory=memory) as engine,
    ):
        progress(READING, 0.0)
        relation = engine.load(guess.batches(), guess.schema, guess.arrow_schema)
        found = profile_of(engine, relation, guess.schema, misfits=guess.misfits, progress=progress)
    return dataclasses.replace(found, problems=(*guess.facts.warnings, *found.problems))


def risk(  # noqa: PLR0913 - each by name
    source: Path | str | pa.Table | pd.DataFrame,
    qi: Sequence[str],
    *,
    sensitive: str | None = None,
    weight: str | None = None,
    unit: str | None = None,
    k: int = 5,
    suda: int | None = None,
    missing: Missing = "value",
    population: int | None = None,
    household: str | None = None,
    original: Path | str | pa.Table | pd.DataFrame | None = None,
    id: str | None = None,  # noqa: A002 - the word of the command
    earlier: Path | str | pa.Table | pd.DataFrame | None = None,
    points: int | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> Risk:
    """Measure what somebody could find out who knows the columns `qi` of a person.

    `sensitive` is a column that nobody should learn (l-diversity, t-closeness), `weight` holds sampling weights,
    `unit` says who is who where a person has several records, `suda` is the size up to which sets of columns are
    searched, `population` the number of people that the table's come from, `household` says who lives together (the
    members' own risk is that of the weights, where given). A missing cell is a value of its own, or
    fits every value with `missing="wildcard"`. Cells are compared as they are stored.

    With the table before processing as `original`, the table is attacked by somebody who knows the original values of
    `qi`; where an `id` tells the records of both apart, by linking records and by the intervals of numbers too. With
    an `earlier` delivery, the small differences between the two are counted; `points` asks how often so many records
    of a unit are nobody else's. Such attacks belong in the processing, before anything is delivered. Errors: as
    `read`, `missing-column`, `bad-weight`, `small-population`, `unit-with-wildcard`, `missing-id`, `repeated-id`,
    `no-common-id`, `id-without-original`, `id-among-columns`, `points-without-unit`.

    >>> import pyarrow as pa
    >>> found = risk(pa.table({"性別": ["男", "女", "男"], "年齢": [34, 71, 34]}), ["性別", "年齢"])
    >>> found.k, found.uniques, found.prosecutor.mean
    (1, 1, 0.6666666666666666)
    """
    from sudare.measures.attacks.assessment import Asked, assess
    from sudare.measures.lines_in_engine import lines_from
    from sudare.measures.question import Question
    from sudare.measures.risk import risk_of

    columns = (qi,) if isinstance(qi, str) else tuple(qi)
    question = Question(columns, sensitive, weight, unit, k, suda, missing, population, household)
    asked = Asked(question, original, id, earlier, points)
    declared = describe_input(source, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row)
    found = risk_of(lines_from(source, open_table(source, declared), question), question)
    assessed = assess(source, asked, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row)
    return dataclasses.replace(found, assessed=assessed)


def utility(  # noqa: PLR0913 - each by name
    before: Path | str | pa.Table | pd.DataFrame,
    after: Path | str | pa.Table | pd.DataFrame,
    *,
    id: str | None = None,  # noqa: A002 - the word of the command
    qi: Sequence[str] = (),
    task: str | None = None,
    suppressed_as: str = "*",
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
) -> Utility:
    """Measure how useful a processed table still is beside the original. Columns are compared by name.

    With `id`, a column that tells the rows of both apart, rows are compared one with another (IL1s, SSE/SST, cells
    changed); without it only distributions are. `qi` are columns over which equivalence classes are compared; `task`
    is a column to be predicted (needs an `id` and scikit-learn). A cell that reads `suppressed_as` is hidden, not
    missing. A number that became a label of ours (40歳以上50歳未満) is compared by the label's stretch, any other label
    as a category. Errors: as `read`, `missing-column`, `missing-id`, `repeated-id`, `no-common-id`.

    >>> import pyarrow as pa
    >>> before = pa.table({"番号": ["1", "2", "3"], "年齢": [38, 40, 45]})
    >>> after = pa.table({"番号": ["3", "2", "1"], "年齢": ["45", "*", "38"]})
    >>> found = utility(before, after, id="番号")
    >>> found.il1s, found.columns[0].hidden
    (0.0, 1)
    """
    from sudare.measures.utility.comparison import compare
    from sudare.measures.utility.two_tables import read_two
    from sudare.reports.usefulness import Utility
    from sudare.tables.schema import same_name

    known = tuple(same_name(name) for name in ((qi,) if isinstance(qi, str) else qi))
    target = None if task is None else same_name(task)
    asked = [("qi", name) for name in known] + ([("task", target)] if target is not None else [])
    both = read_two(
        before,
        after,
        id_column=id,
        asked=asked,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
    )
    found = compare(
        both.before, both.after, ids=both.ids, suppressed_as=suppressed_as, quasi_identifiers=known, target=target
    )
    warnings = tuple(warning for facts in both.facts for warning in facts.warnings)
    return Utility.of(dataclasses.replace(found, problems=(*warnings, *found.problems)))


def search(  # noqa: PLR0913 - each by name
    source: Path | str | pa.Table | pd.DataFrame,
    hierarchies: Path | str | Mapping[str, Hierarchy],
    qi: Sequence[str],
    k: int,
    l: int | None = None,  # noqa: E741 - the word of the literature
    *,
    sensitive: str | None = None,
    t: float | None = None,
    suppress: float = 0.0,
    weights: Mapping[str, float] | None = None,
    seconds: float | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int = 1,
    progress: Callable[[SearchProgress], None] | None = None,
    lang: Language | None = None,
) -> Search:
    """Find how far each quasi-identifier must be generalized, and which records go, so that the least is lost.

    `hierarchies` is a folder of ARX's CSV files, or a hierarchy for each column (`sudare.optimizer`: read, or made of
    ranges, dates, category trees or Japanese places). Every class has at least `k` records, `l` different values of
    the `sensitive` column, and a distribution of them within `t`; at most the share `suppress` of the records goes.
    `weights` say how much a column matters (1 by default). With `seconds` the search ends then, with the best so far
    and a bound. A missing cell is a value of its own. The result holds the steps of a spec. Errors: as `read`,
    `missing-column`, `no-hierarchy`, `bad-hierarchy`, `unlisted-value`, `wrong-type`, `bad-search`, `bad-goal`,
    `out-of-reach`, `out-of-time`.

    >>> import pyarrow as pa
    >>> from sudare.optimizer import widths
    >>> table = pa.table({"年齢": [31, 34, 42, 47]})
    >>> found = search(table, {"年齢": widths(["31", "34", "42", "47"], [5, 10])}, ["年齢"], k=2)
    >>> found.levels, found.loss, found.optimal
    ({'年齢': 2}, 0.3333333333333333, True)
    """
    from sudare.optimizer import Goals, Task
    from sudare.optimizer import search as least_loss

    columns = (qi,) if isinstance(qi, str) else tuple(qi)
    task = Task(hierarchies, columns, Goals(k, l, t), sensitive, suppress, weights)
    declared = describe_input(source, sheet=sheet, encoding=encoding, delimiter=delimiter, header_row=header_row)
    return least_loss(source, task, declared=declared, seconds=seconds, tell=progress, lang=lang)


def diff(a: Path | str, b: Path | str) -> Diff:
    """Say what changed from one spec file to another, as a reader of the record would tell it.

    Raises Refused where one of them cannot be read as a spec.
    """
    return differences(read_spec(a), read_spec(b))


@overload
def case(id: None = None) -> Cases: ...


@overload
def case(id: str) -> Case | EligibilityCase: ...


def case(id: str | None = None) -> Case | Cases | EligibilityCase:  # noqa: A002 - the word of the command
    """Work through a numbered example of the guideline, such as `3-2-4-2`; without an id, list them.

    An example of processing is looked at and processed live, in process, on its invented table; one of eligibility
    (`2-2-1` to `2-2-4`) is an answered questionnaire. Raises `UsageError` for an unknown id.

    >>> case("3-2-4-2").as_expected, case("2-2-3").as_expected
    (True, True)
    """
    from sudare.law import EligibilityExample, numbered
    from sudare.reports.case import all_cases, work_through
    from sudare.reports.eligibility_case import decide

    if id is None:
        return all_cases()
    found = numbered(id)
    return decide(found) if isinstance(found, EligibilityExample) else work_through(found)
