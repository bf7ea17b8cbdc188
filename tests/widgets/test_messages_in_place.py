from __future__ import annotations

import ipywidgets as widgets
import pytest

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.widgets.messages import errors_in_place, message, message_html
from sudare.widgets.private import QuietBox

LOCKED = Problem(
    "locked",
    "出力/表.csv",
    Text("ファイルが開かれています。", "the file is open."),
    Text("Excel を閉じてください。", "Close Excel."),
)
ODD = Problem("odd", "", Text("<b>&", "<b>&"))


def told(box: widgets.Box) -> str:
    return "".join(child.value for child in box.children)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "ja",
            ("できませんでした", "ファイルが開かれています。", "出力/表.csv", "[locked]", "→ Excel を閉じてください。"),
        ),
        ("en", ("This could not be done", "the file is open.", "出力/表.csv", "[locked]", "→ Close Excel.")),
    ],
)
def test_a_message_says_what_where_and_what_to_do_now(lang: str, words: tuple[str, ...]) -> None:
    markup = message(LOCKED, lang).value
    assert [word for word in words if word not in markup] == []
    assert 'role="alert"' in markup


def test_several_problems_stand_in_one_message_and_are_counted() -> None:
    markup = message(Refused([LOCKED, ODD]), "en").value
    assert "2 reasons" in markup
    assert markup.count("<li>") == 2
    assert markup.count('role="alert"') == 1


def test_everything_in_a_message_is_escaped() -> None:
    assert "&lt;b&gt;&amp;" in message_html([ODD], "en")
    assert "<b>" not in message_html([ODD], "en")


def test_an_error_of_ours_is_told_in_place_and_goes_no_further() -> None:
    box = widgets.VBox()
    reached = []
    with errors_in_place(box, "ja"):
        raise Refused(LOCKED)
    with errors_in_place(box, "ja"):
        reached.append(told(box))
    assert reached == [""]  # what was told before is gone as soon as something new is tried


def test_any_other_error_is_reduced_to_its_kind_and_place() -> None:
    box = widgets.VBox()
    with errors_in_place(box, "en"):
        Text("{秘密の値}", "").fill()
    assert "KeyError" in told(box)
    assert "language.py:" in told(box)
    assert "秘密" not in told(box)
    assert "Traceback" not in told(box)


def test_a_function_may_tell_its_errors_in_place_too(capsys: pytest.CaptureFixture[str]) -> None:
    box = widgets.VBox()

    @errors_in_place(box, "en")
    def fails() -> None:
        raise ValueError("秘密の値")

    fails()
    fails()
    assert len(box.children) == 1
    assert "ValueError" in told(box)
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""


def test_an_interrupt_is_no_message() -> None:
    with pytest.raises(KeyboardInterrupt), errors_in_place(widgets.VBox(), "en"):
        raise KeyboardInterrupt


def test_the_text_form_of_a_box_tells_nothing_of_what_is_in_it() -> None:
    box = QuietBox([widgets.Text("秘密の値")])
    assert "秘密" not in str(box._repr_mimebundle_())
    assert "秘密" in str(widgets.VBox([widgets.Text("秘密の値")])._repr_mimebundle_())  # which is why there is ours
