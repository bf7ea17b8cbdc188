"""A task's score: what an analysis learned from the output is worth on the true records."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from sudare.language import Text
from sudare.measures.explained import Explained
from sudare.measures.utility.cross_tabulation import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sudare.measures.kernel.encoding import Real, Truth, Whole
    from sudare.measures.utility.sides import Sides

EXPLAINED: Final = Explained(
    Text("分析課題の成績", "score of a task"),
    Text(
        "ある列をほかの列から予測する課題で、加工後の表から学んだ予測が元の記録でどれだけ当たるかを、元の表から学んだ場合と並べます。"
        "二つが近いほど、その分析には加工後の表で足ります。",
        "How well predictions of one column, learned from the processed table, hold on the original records, beside "
        "those learned from the original. The closer the two, the better the processed table serves such an analysis.",
    ),
    "Domingo-Ferrer and Torra 2001 (analytical usefulness); train on output, test on original",
    Text(
        "行が対応していて、記録が 30 件以上あるときに使えます。",
        "Where rows align and there are at least 30 records.",
    ),
    Text(
        "予測する列の空欄と隠したセルからは学ばず、空欄は予測もしません。ほかの列では一つの値として扱います。",
        "Missing and hidden cells of the predicted column teach nothing, and missing ones are not asked for; in the "
        "other columns they are values of their own.",
    ),
)
_FOLDS: Final = 3
_FEWEST: Final = 30  # records below which a score says nothing
_TREES: Final = 50


@dataclass(frozen=True)
class TaskScore:
    """The mean score over three parts of the records, each predicted by what was learned from the other two.

    `measure` is `accuracy` (share of right predictions) or `r2` (share of the variation that is explained, below 0
    where worse than the mean). `guess` is the score of who always says the commonest value, or the mean.
    """

    target: str
    measure: Literal["accuracy", "r2"]
    before: float
    after: float
    guess: float


def can_be_scored() -> bool:
    """Say whether scikit-learn, an optional extra, is there and can be loaded."""
    try:
        importlib.import_module("sklearn.ensemble")
    except ImportError:
        return False
    return True


def task_score(target: Sides, features: Sequence[Sides]) -> TaskScore | None:
    """Predict one column from the others: learned from the original, and learned from the output.

    All columns hold the same records in the same order on both sides. A number is predicted as a number (r2), anything
    else as the group that both sides share (accuracy): where the target was coarsened, its groups are predicted in
    both cases. Records whose target is missing or hidden teach nothing, and missing ones are not asked; in the other
    columns a missing or hidden cell is a value of its own. Histogram-based gradient boosting with 50 trees and fixed
    seeds. None with fewer than 30 records, or where the target does not vary. Needs scikit-learn (`can_be_scored`).
    """
    numeric = target.read == "numbers"
    truth = target.before.numbers if numeric else target.before.codes
    given = target.after.numbers if numeric else target.after.codes
    known = ~target.before.missing
    taught = ~(target.after.missing | target.after.hidden)
    if min(known.sum(), taught.sum()) < _FEWEST or len(np.unique(truth[known])) < 2:  # noqa: PLR2004 - one tells nothing
        return None
    part = np.random.default_rng(0).permutation(len(known)) % _FOLDS
    original, as_released, released = _features(features)
    scores = []
    for n in range(_FOLDS):
        learn, ask = part != n, known & (part == n)
        first = _fitted(original, truth, known & learn, numeric=numeric)
        second = _fitted(released, given, taught & learn, numeric=numeric)
        answers = first(original, ask), second(as_released, ask), _guess(truth[known & learn], numeric=numeric)
        scores.append([_score(truth[ask], answer, numeric=numeric) for answer in answers])
    before, after, guess = np.mean(scores, axis=0)
    return TaskScore(target.name, "r2" if numeric else "accuracy", float(before), float(after), float(guess))


@dataclass(frozen=True)
class _Table:
    """What is predicted from: a column of numbers each, and which of them are categories."""

    cells: Real
    categories: Truth

    def rows(self, which: Truth) -> Real:
        return self.cells[which]


def _features(columns: Sequence[Sides]) -> tuple[_Table, _Table, _Table]:
    """Return the original in full, the original in the groups of the output, and the output."""
    full: list[Real | Whole] = []
    shared: list[Real | Whole] = []
    released: list[Real | Whole] = []
    for one in columns:
        if one.read == "numbers":
            full.append(one.before.numbers)
            shared.append(one.before.numbers)
            released.append(one.after.numbers)
        elif one.read == "intervals":
            full.append(one.before.numbers)
            shared.append(one.before.codes)
            released.append(one.after.codes)
        else:
            full.append(_commonest(one.before.values))
            old, new = folded(one.before.codes, one.after.codes, one.groups + 1, in_order=False)
            shared.append(old)
            released.append(new)
    on_a_scale = np.array([one.read in {"numbers", "intervals"} for one in columns], bool)
    made = [
        _Table(np.column_stack([column.astype(float) for column in side]), ~on_a_scale)
        for side in (full, shared, released)
    ]
    return made[0], made[1], made[2]


def _commonest(values: Whole) -> Whole:
    return folded(values, values, int(values.max(initial=0)) + 1, in_order=False)[0]


def _fitted(table: _Table, answers: Any, which: Truth, *, numeric: bool) -> Any:  # noqa: ANN401 - an optional package
    """Learn, and return what predicts rows of another table."""
    ensemble = importlib.import_module("sklearn.ensemble")
    kind = ensemble.HistGradientBoostingRegressor if numeric else ensemble.HistGradientBoostingClassifier
    if len(np.unique(answers[which])) == 1:
        only = answers[which][0]
        return lambda _table, _rows: only
    model = kind(max_iter=_TREES, random_state=0, early_stopping=False, categorical_features=table.categories)
    model.fit(table.rows(which), answers[which])
    return lambda other, rows: model.predict(other.rows(rows))


def _guess(answers: Any, *, numeric: bool) -> Any:  # noqa: ANN401 - numbers or codes
    if numeric:
        return answers.mean()
    return np.bincount(answers).argmax()


def _score(truth: Any, answer: Any, *, numeric: bool) -> float:  # noqa: ANN401 - numbers or codes
    if not len(truth):
        return float("nan")
    if not numeric:
        return float((truth == answer).mean())
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - answer) ** 2).sum()) / spread if spread else float("nan")
