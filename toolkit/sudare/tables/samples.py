"""Lists the samples: what each is called, what it holds, how it is written, and which spec decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sudare.errors import Problem, UsageError, did_you_mean
from sudare.language import Text
from sudare.tables.sample import write_health_checkup
from sudare.tables.sample_licences import write_licence_history
from sudare.tables.sample_positions import write_positions
from sudare.tables.sample_residents import write_household_register
from sudare.tables.sample_school import write_school_checkup

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A generated table: no real person is in it."""

    title: Text
    write: Callable[[Path], None]  # always the same bytes
    spec: str  # the file name of its spec, which lies with `sudare.production`


DEFAULT: Final = "health-checkup"
SAMPLES: Final[dict[str, Sample]] = {
    DEFAULT: Sample(
        Text("町の特定健康診査（116歳の人がいる）", "a town's health check-ups, with a person of 116 years"),
        write_health_checkup,
        "demo.sudare.yaml",
    ),
    "school-checkup": Sample(
        Text("学校健康診断（一人だけ170cmの児童がいる）", "school check-ups, with one child of 170 cm"),
        write_school_checkup,
        "school-checkup.sudare.yaml",
    ),
    "household-register": Sample(
        Text("住民の世帯台帳（子が10人の世帯がある）", "residents by household, one household with ten children"),
        write_household_register,
        "household-register.sudare.yaml",
    ),
    "licence-history": Sample(
        Text("運転免許の履歴（一人だけの特例免許がある）", "licence histories, with a special licence of one person"),
        write_licence_history,
        "licence-history.sudare.yaml",
    ),
    "positions": Sample(
        Text("端末の移動履歴（自宅と職場が分かる）", "positions of devices, from which home and work can be told"),
        write_positions,
        "positions.sudare.yaml",
    ),
}


def sample(name: str) -> Sample:
    """Return a sample by its name. Raises `unknown-sample`, with the near match or the names there are.

    >>> sample("positions").spec
    'positions.sudare.yaml'
    """
    if name in SAMPLES:
        return SAMPLES[name]
    what = Text("その名前の見本はありません。", "there is no sample of that name.")
    near = did_you_mean(name, SAMPLES)
    listed = Text("あるもの: {names}", "There are: {names}").fill(names=", ".join(SAMPLES))
    raise UsageError(Problem("unknown-sample", "--sample", what, near if near.en else listed))
