from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any

import pytest

from sudare.server.answers import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    Ask = Callable[..., Awaitable[tuple[int, Any]]]

FOLDER = "提案 3号"
POSTS = sorted(name for name, (method, _) in ANSWERS.items() if method == "POST")
GETS = sorted(name for name, (method, _) in ANSWERS.items() if method == "GET")


@pytest.mark.parametrize("route", [*ANSWERS, "settings", "runs", "runs/0123456789ab"])
async def test_who_has_no_token_is_refused(route: str, jp_fetch: Callable[..., Any]) -> None:
    from tornado.httpclient import HTTPClientError

    for method, body in (("GET", None), ("POST", "{}")):
        with pytest.raises(HTTPClientError) as raised:
            await jp_fetch("sudare", *route.split("/"), method=method, body=body, headers={"Authorization": ""})
        assert raised.value.code == 403


async def test_the_catalogue_speaks_both_languages(ask: Ask) -> None:
    status, ja = await ask("catalogue", method="GET")
    assert status == 200
    _, en = await ask("catalogue", method="GET", params={"lang": "en"})
    names = [one["id"] for one in ja["techniques"]]
    assert names == [one["id"] for one in en["techniques"]]
    assert {"bin", "top-code", "pseudonymize"} <= set(names)
    top = next(one for one in ja["techniques"] if one["id"] == "top-code")
    assert top["label"] == "トップコーディング"
    assert top["schema"]["properties"]["columns"]["title"] == "列"
    assert "x-title" not in str(ja["techniques"])
    assert [one["id"] for one in ja["guideline"]] == ["begin", "eligibility", "standards", "table1"]
    _, schema = await ask("schema", method="GET")
    assert {"sudare", "title", "input"} <= set(schema["required"])


@pytest.mark.parametrize(("lang", "title"), [("ja", "列"), ("en", "columns")])
async def test_the_schema_speaks_one_language(ask: Ask, lang: str, title: str) -> None:
    _, schema = await ask("schema", method="GET", params={"lang": lang})
    assert schema["$defs"]["Bin"]["properties"]["columns"]["title"] == title
    assert schema["$defs"]["Bin"]["properties"]["columns"]["x-role"] == "columns"
    assert "x-title" not in str(schema)
    assert "x-help" not in str(schema)


async def test_a_spec_is_viewed_as_it_stands_in_the_editor(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    status, seen = await ask("view", body={"path": path})
    assert status == 200
    assert seen["title"] == "年齢だけ"
    assert seen["revision"] == hashlib.sha256((work / "a.sudare.yaml").read_bytes()).hexdigest()
    assert [(one["technique"], one["columns"]) for one in seen["steps"]] == [
        ("delete-column", ["氏名"]),
        ("top-code", ["年齢"]),
    ]
    assert [one["status"] for one in seen["standards"]] == ["open"] * 5
    text = seen["text"].replace("columns: [年齢], at_least: 90", "columns: [年令], at_least: 90")
    _, wrong = await ask("view", body={"path": path, "text": text})
    assert [one["code"] for one in wrong["steps"][1]["problems"]] == ["missing-column"]
    _, broken = await ask("view", body={"path": path, "text": "sudare: [1"})
    assert broken["problems"]
    assert "steps" not in broken


async def test_an_edit_keeps_comments_and_writes_nothing(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    before = (work / "a.sudare.yaml").read_bytes()
    _, seen = await ask("view", body={"path": path})
    edit = {"name": "moved_step", "args": {"at": 1, "to": 0}}
    asked = {"path": path, "text": seen["text"], "revision": seen["revision"], "edit": edit}
    status, told = await ask("edit", body=asked)
    assert status == 200
    assert told["text"].index("top-code") < told["text"].index("delete-column")
    assert "# 山田が決めた" in told["text"]
    assert (work / "a.sudare.yaml").read_bytes() == before


async def test_a_stale_revision_is_refused_rather_than_written_over(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    _, seen = await ask("view", body={"path": path})
    (work / "a.sudare.yaml").write_text(seen["text"].replace("年齢だけ", "ほかで変えた"), encoding="utf-8")
    edit = {"name": "without_step", "args": {"at": 1}}
    status, told = await ask(
        "edit", body={"path": path, "text": seen["text"], "revision": seen["revision"], "edit": edit}
    )
    assert status == 409
    assert [one["code"] for one in told["problems"]] == ["stale-spec"]


@pytest.mark.parametrize(
    ("edit", "status"),
    [
        ({"name": "eval", "args": {}}, 400),
        ({"name": "without_step", "args": {"at": 99}}, 422),
        ({"name": "without_step", "args": {"where": 1}}, 400),
        ({"name": "with_step", "args": {"data": {"technique": "no-such", "columns": ["年齢"], "because": "x"}}}, 422),
        ({"name": "with_step", "args": {"data": "bin"}}, 422),
        ({"name": "without_step", "args": []}, 400),
        ("without_step", 400),
    ],
)
async def test_an_edit_that_cannot_be_made_says_why(edit: Any, status: int, ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    _, seen = await ask("view", body={"path": path})
    got, told = await ask("edit", body={"path": path, "text": seen["text"], "revision": seen["revision"], "edit": edit})
    assert got == status, told
    assert told["problems"][0]["message"]
    assert (work / "a.sudare.yaml").exists()


async def test_a_draft_is_made_once_and_never_written_over(ask: Ask, work: Path) -> None:
    status, made = await ask("draft", body={"path": f"{FOLDER}/健診.csv"})
    assert status == 200, made
    call = 'sudare.desk("健診.csv", "健診.sudare.yaml", lang="ja")'
    assert made == {
        "path": f"{FOLDER}/健診.sudare.yaml",
        "notebook": f"{FOLDER}/健診.sudare.ipynb",
        "created": True,
        "cell": f"import sudare\n\n{call}",
    }
    before = (work / "健診.sudare.yaml").read_bytes()
    assert "sudare.desk" in (work / "健診.sudare.ipynb").read_text(encoding="utf-8")
    _, again = await ask("draft", body={"path": f"{FOLDER}/健診.csv"})
    assert again == {**made, "created": False}
    assert (work / "健診.sudare.yaml").read_bytes() == before


async def test_check_and_diff_are_those_of_the_command(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    status, told = await ask("check", body={"path": path, "input": f"{FOLDER}/表.csv"})
    assert status == 200
    assert told["ok"] is True
    (work / "b.sudare.yaml").write_text(
        (work / "a.sudare.yaml").read_text(encoding="utf-8").replace("90", "80"), encoding="utf-8"
    )
    _, said = await ask("diff", body={"a": path, "b": f"{FOLDER}/b.sudare.yaml"})
    assert "lines" in said, said
    assert any("90" in line and "80" in line for line in said["lines"])
    assert [(one["what"], one["where"], one["loosens"]) for one in said["changes"]] == [
        ("step", "steps[1].at_least", None)
    ]


async def test_a_text_in_the_editor_is_compared_with_its_file(ask: Ask, work: Path) -> None:
    path = f"{FOLDER}/a.sudare.yaml"
    text = (work / "a.sudare.yaml").read_text(encoding="utf-8")
    _, same = await ask("diff", body={"path": path, "text": text + "# 注釈\n"})
    assert (same["same"], same["changes"]) == (True, [])
    _, other = await ask("diff", body={"path": path, "text": text.replace("年齢だけ", "題")})
    assert [one["message"] for one in other["changes"]] == ["題名: 年齢だけ → 題"]
    for body in ({"path": path, "text": 3}, {"path": path, "text": "sudare: ["}, {"path": "../a", "text": text}):
        status, told = await ask("diff", body=body)
        assert status in {400, 422}
        assert told["problems"]


@pytest.mark.parametrize(
    "path", ["../secret.yaml", "/etc/passwd", "a/../../b", "C:\\x", "a\\..\\b", "", None, 3, "x\0y", "."]
)
@pytest.mark.parametrize("route", [name for name in POSTS if name not in {"diff", "notebook"}])
@pytest.mark.usefixtures("work")
async def test_a_path_outside_the_root_is_refused(route: str, path: Any, ask: Ask) -> None:
    status, told = await ask(
        route, body={"path": path, "text": "x", "revision": None, "edit": {"name": "x", "args": {}}}
    )
    assert status in {400, 404, 422}
    assert str(path or "root:") not in told["problems"][0]["message"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
async def test_a_link_is_refused_even_within_the_root(ask: Ask, work: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.sudare.yaml"
    outside.write_text("sudare: 1\n", encoding="utf-8")
    (work / "link.sudare.yaml").symlink_to(outside)
    (work / "folder").symlink_to(tmp_path)
    for path in (f"{FOLDER}/link.sudare.yaml", f"{FOLDER}/folder/outside.sudare.yaml"):
        status, told = await ask("view", body={"path": path})
        assert status == 422
        assert [one["code"] for one in told["problems"]] == ["outside-root"]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.yaml",
        "nul",
        "CON.yaml",
        "a.yaml.",
        "a.yaml ",
        "a?.yaml",
        "x" * 5000,
        "\ud800.yaml",
        "lpt1 .txt",
        "a\nb",
    ],
)
@pytest.mark.parametrize(("route", "key"), [("view", "path"), ("runs", "out")])
async def test_a_name_that_is_hidden_or_no_name_on_windows_is_refused(
    name: str, route: str, key: str, ask: Ask, work: Path
) -> None:
    (work / ".hidden.yaml").write_text("secret: 1\n", encoding="utf-8")
    good = {"spec": f"{FOLDER}/a.sudare.yaml", "input": f"{FOLDER}/表.csv"}
    for path in (f"{FOLDER}/{name}", f"{name}/x"):
        status, told = await ask(route, body={**good, key: path})
        assert status == 422
        assert [one["code"] for one in told["problems"]] == ["outside-root"]


async def test_the_view_shows_the_text_of_specs_only(ask: Ask, work: Path) -> None:
    (work / "huge.yaml").write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    (work / "folder.yaml").mkdir()
    for name in ("表.csv", "huge.yaml", "folder.yaml"):
        status, told = await ask("view", body={"path": f"{FOLDER}/{name}"})
        assert status == 422
        assert [one["code"] for one in told["problems"]] == ["no-spec"]
        assert "甲野" not in str(told)


@pytest.mark.parametrize("body", ["", "[]", "{", b"\xff\xfe", "[" * 100_000])
@pytest.mark.parametrize("route", POSTS)
async def test_a_body_that_is_no_object_is_refused(route: str, body: Any, ask: Ask) -> None:
    status, told = await ask(route, body=body)
    assert status in {400, 404}
    assert told["problems"]


async def test_a_body_of_more_than_a_megabyte_is_refused(ask: Ask) -> None:
    status, _ = await ask("view", body={"path": "a", "text": "x" * 1_100_000})
    assert status == 413


@pytest.mark.parametrize("route", POSTS)
async def test_what_needs_a_body_is_not_to_be_had_without(route: str, ask: Ask) -> None:
    assert (await ask(route, method="GET"))[0] == 405


async def test_a_teaching_notebook_is_laid_out_below_the_root_and_a_changed_one_stays(
    ask: Ask, jp_root_dir: Path
) -> None:
    status, told = await ask("notebook", body={"name": "00-overview.ipynb"})
    assert (status, told) == (200, {"path": "sudare-notebooks/00-overview.ipynb"})
    laid = jp_root_dir / "sudare-notebooks" / "00-overview.ipynb"
    laid.write_text("changed", encoding="utf-8")
    assert (await ask("notebook", body={"name": "00-overview.ipynb"}))[0] == 200
    assert laid.read_text(encoding="utf-8") == "changed"
    for name in ("../secret.ipynb", "nothing.ipynb", 3, None):
        status, told = await ask("notebook", body={"name": name})
        assert (status, [one["code"] for one in told["problems"]]) == (404, ["no-such-file"])


async def test_the_settings_are_told(ask: Ask) -> None:
    status, told = await ask("settings", method="GET")
    assert status == 200
    assert told == {
        "key_store": "",
        "concurrent_runs": 2,
        "most_concurrent_runs": 8,
        "small_count_limit": 10,
        "least_small_count_limit": 10,
        "regime": "gov-current",
    }
