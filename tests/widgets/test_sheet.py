from __future__ import annotations

from typing import TYPE_CHECKING

from sudare.widgets.parts import button, choice, column, text_field
from sudare.widgets.sheet import Sheet

if TYPE_CHECKING:
    from sudare.widgets.part import Part


def test_a_click_that_crosses_a_redraw_reaches_the_button_that_says_the_same_and_no_other() -> None:
    done: list[str] = []

    def remove(name: str) -> Part:
        return column(button("×", lambda: done.append(name), says=f"remove {name}"), name="card")

    sheet = Sheet()
    sheet.put([remove("age"), remove("sex"), remove("city")])
    second, third = (part.children[0].id for part in sheet.parts[1:])
    sheet.put([remove("age"), remove("city")])
    sheet.heard({"kind": "do", "id": second, "value": None})  # that step is gone
    assert done == []
    sheet.heard({"kind": "do", "id": third, "value": None})
    assert done == ["city"]
    fresh = sheet.parts[1].children[0].id
    sheet.put([remove("city"), remove("city")])
    sheet.heard({"kind": "do", "id": fresh, "value": None})  # it cannot be told which
    sheet.heard({"kind": "do", "id": third, "value": None})  # too long ago
    assert done == ["city"]


def test_what_the_page_sends_is_read_as_the_field_means_it_and_nonsense_changes_nothing() -> None:
    heard: list[object] = []
    which = choice("type", [("text", "text"), ("none", None)], "text", changed=heard.append)
    because = text_field("because")
    sheet = Sheet()
    sheet.put([which, because])
    sheet.heard({"kind": "do", "id": which.id, "value": 1})
    for nonsense in (7, "x", None, {}):
        sheet.heard({"kind": "do", "id": which.id, "value": nonsense})
    sheet.heard({"kind": "do", "id": because.id, "value": "審査で決めた"})
    assert (heard, which.value, because.value) == ([None], None, "審査で決めた")
    assert "審査" not in str(sheet.get_state())
