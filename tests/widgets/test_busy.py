from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from sudare.errors import Problem, Refused
from sudare.language import Text
from sudare.widgets.busy import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

READING = Text("読んでいます", "reading")
REFUSED = Problem("no", "", Text("できません。", "it must not be done."))
SOON = 5  # seconds, within which anything here is done


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop go on until something holds."""

    async def wait() -> None:
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.005)

    await asyncio.wait_for(wait(), SOON)


def in_a_loop(test: Callable[[], Any]) -> None:
    asyncio.run(test())


def seen(busy: Busy) -> tuple[bool, str, str]:
    """Return whether the row is seen, the stage in words, and the errors."""
    alert = "".join(child.value for child in busy._alert.children)
    return busy._row.layout.display != "none", busy._stage.value, alert


def test_without_a_kernel_the_work_is_done_at_once() -> None:
    busy, done = Busy("en"), list[int]()
    busy.run(lambda _tell, _cancelled: 42, done.append)
    assert done == [42]
    assert not busy.working
    assert not seen(busy)[0]


def test_without_a_kernel_an_error_is_told_in_place() -> None:
    def work(_tell: object, _cancelled: object) -> None:
        raise Refused(REFUSED)

    busy, done = Busy("en"), list[None]()
    busy.run(work, done.append)
    assert done == []
    assert "it must not be done." in seen(busy)[2]
    busy.run(lambda _tell, _cancelled: None, done.append)
    assert seen(busy)[2] == ""


def test_the_loop_goes_on_while_the_work_is_done_and_the_result_comes_in_its_thread() -> None:
    async def test() -> None:
        busy, go = Busy("en"), threading.Event()
        done: list[tuple[str, int]] = []

        def work(_tell: object, _cancelled: object) -> str:
            assert go.wait(SOON)
            return threading.current_thread().name

        busy.run(work, lambda name: done.append((name, threading.get_ident())), label=READING)
        assert busy.working
        assert seen(busy)[0]
        assert "reading" in seen(busy)[1]
        await asyncio.sleep(0.02)
        assert done == []
        go.set()
        await until(lambda: bool(done))
        assert done == [("sudare-busy", threading.get_ident())]
        assert not busy.working
        assert not seen(busy)[0]

    in_a_loop(test)


def test_the_bar_and_the_words_follow_the_work() -> None:
    async def test() -> None:
        busy, go = Busy("en"), threading.Event()

        def work(tell: Callable[[Text, float], None], _cancelled: object) -> None:
            tell(Text("数えています", "counting <1>"), 0.25)
            assert go.wait(SOON)

        busy.run(work, lambda _none: None)
        await until(lambda: "counting" in busy._stage.value)
        assert 'value="25"' in busy._bar.value
        assert 'aria-label="counting &lt;1&gt;"' in busy._bar.value
        assert 'role="status"' in busy._stage.value
        go.set()
        await until(lambda: not busy.working)

    in_a_loop(test)


def test_the_button_asks_the_work_to_stop_and_its_result_is_dropped() -> None:
    async def test() -> None:
        busy, done, stopped = Busy("en"), list[str](), threading.Event()

        def work(_tell: object, cancelled: Callable[[], bool]) -> str:
            while not cancelled():
                threading.Event().wait(0.005)
            stopped.set()
            return "too late"

        busy.run(work, done.append)
        busy._stop.click()
        assert busy._stop.disabled
        await until(lambda: not busy.working)
        assert stopped.is_set()
        assert done == []
        assert seen(busy) == (False, seen(busy)[1], "")

    in_a_loop(test)


def test_a_newer_work_takes_the_place_of_an_older_one_and_waits_for_its_end() -> None:
    async def test() -> None:
        busy, done, at_work, go = Busy("en"), list[str](), list[str](), threading.Event()

        def older(_tell: object, _cancelled: object) -> str:
            at_work.append("older begins")
            assert go.wait(SOON)
            at_work.append("older ends")
            return "older"

        def newer(_tell: object, _cancelled: object) -> str:
            at_work.append("newer")
            return "newer"

        busy.run(older, done.append)
        await until(lambda: bool(at_work))
        busy.run(lambda _tell, _cancelled: "between", done.append)  # never begins
        busy.run(newer, done.append)
        go.set()
        await until(lambda: bool(done))
        assert done == ["newer"]
        assert at_work == ["older begins", "older ends", "newer"]

    in_a_loop(test)


def test_an_error_in_the_thread_is_told_in_place_without_its_text() -> None:
    async def test() -> None:
        busy = Busy("en")

        def work(_tell: object, _cancelled: object) -> None:
            raise KeyError("秘密の値")

        busy.run(work, lambda _none: None)
        await until(lambda: not busy.working)
        assert "KeyError" in seen(busy)[2]
        assert "秘密" not in seen(busy)[2]

    in_a_loop(test)


def test_an_error_of_what_takes_the_result_is_told_too() -> None:
    def takes(_result: object) -> None:
        raise Refused(REFUSED)

    busy = Busy("en")
    busy.run(lambda _tell, _cancelled: None, takes)
    assert "it must not be done." in seen(busy)[2]


def test_a_notebook_without_a_person_waits_for_the_work_and_all_it_sets_off() -> None:
    async def test() -> None:
        busy, done = Busy("en"), list[str]()

        def first(result: str) -> None:
            done.append(result)
            busy.run(lambda _tell, _cancelled: "second", done.append)

        busy.run(lambda _tell, _cancelled: "first", first)
        busy.wait()
        assert done == ["first", "second"]
        await asyncio.sleep(0.02)
        assert done == ["first", "second"]  # handed over once

    in_a_loop(test)
