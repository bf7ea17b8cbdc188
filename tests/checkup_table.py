"""A table as it stands before it is released: one row a person, groups of values, and columns that depend on others."""

from __future__ import annotations

from typing import Any

import numpy as np

TYPES: dict[str, Any] = {
    "地区": "text",
    "地区コード": "text",
    "性別": "text",
    "年齢": "integer",
    "身長": "integer",
    "体重": "integer",
    "血圧": "integer",
    "HbA1c": "decimal",
    "喫煙": "text",
    "判定": "text",
}


def checkups(rows: int, seed: int = 1) -> list[tuple[Any, ...]]:
    """Make the rows: ages and measures rounded, as after a release's own steps. 血圧 and 喫煙 are missing at times."""
    rng = np.random.default_rng(seed)
    district = rng.choice(20, rows, p=(weights := 1 / np.arange(2, 22)) / weights.sum())
    man = rng.random(rows) < 0.47
    age = np.clip(rng.normal(62, 12, rows), 40, 84)
    height = rng.normal(np.where(man, 168, 155) - (age - 60) * 0.12, 5.5)
    weight = rng.normal(22.5, 3, rows) * (height / 100) ** 2
    pressure = rng.normal(105 + age * 0.4 + (weight - 55) * 0.3, 14)
    sugar = rng.normal(5.3 + (weight - 50) * 0.012, 0.4)
    smokes = rng.random(rows) < np.where(man, 0.26, 0.08)
    verdict = np.select(
        [(pressure > 145) | (sugar > 6.3), pressure > 133, sugar > 5.9], ["要医療", "要指導", "要観察"], "良"
    )
    measured = rng.random(rows) > 0.04
    answered = rng.random(rows) > 0.06
    return [
        (
            f"地区{place + 1}",
            f"38{place * 7 + 201:03}",
            "男" if is_man else "女",
            int(years // 5 * 5),
            int(np.clip(tall // 5 * 5, 140, 185)),
            int(np.clip(heavy // 5 * 5, 35, 90)),
            int(np.clip(push // 10 * 10, 90, 180)) if is_measured else None,
            float(np.clip(round(sweet * 5) / 5, 4.4, 7.0)),
            ("はい" if smoke else "いいえ") if answers else None,
            str(judged),
        )
        for place, is_man, years, tall, heavy, push, is_measured, sweet, smoke, answers, judged in zip(
            district.tolist(),
            man,
            age,
            height,
            weight,
            pressure,
            measured,
            sugar,
            smokes,
            answered,
            verdict,
            strict=True,
        )
    ]
