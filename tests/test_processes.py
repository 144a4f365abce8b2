"""Processes that work together, tell each other what they must, and are done without where one of them fails."""

import os
import signal

import pytest

from testaudit.processes import Meet, can_fork, together

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system does not fork")


def test_every_process_gets_what_each_of_them_says_in_their_order() -> None:
    def work(number: int, meet: Meet) -> list[object]:
        said = meet(f"from {number}")
        return [number, *said, *meet(len(said) * number)]

    assert together(3, work) == [[number, "from 0", "from 1", "from 2", 0, 3, 6] for number in range(3)]


def test_what_is_said_may_be_long() -> None:
    def work(number: int, meet: Meet) -> list[int]:
        return [len(said) for said in meet(bytes(1_000_000 * (number + 1)))]

    assert together(2, work) == [[1_000_000, 2_000_000]] * 2


def test_one_process_meets_itself() -> None:
    assert together(1, lambda number, meet: meet(number)) == [[0]]


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_one_that_fails_ends_the_work_of_all_in_silence(failing: int, capfd: pytest.CaptureFixture[str]) -> None:
    def work(number: int, meet: Meet) -> object:
        if number == failing:
            raise ValueError("a fault")
        return meet(number)

    assert together(3, work) is None
    assert capfd.readouterr() == ("", "")


def test_one_that_is_killed_ends_the_work_of_all() -> None:
    def work(number: int, meet: Meet) -> object:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return meet(number)

    assert together(2, work) is None


def test_what_cannot_be_pickled_ends_the_work_of_all() -> None:
    assert together(2, lambda number, meet: meet(lambda: number)) is None


def test_nobody_is_left_behind() -> None:
    def work(number: int, meet: Meet) -> int:
        meet(number)
        return os.getpid()

    said = together(3, work)

    assert said is not None
    assert said[0] == os.getpid()
    for pid in said[1:]:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_who_waits_can_say_how_far_the_work_is() -> None:
    told: list[str] = []

    def work(number: int, meet: Meet) -> object:
        if number:
            signal.sigtimedwait([], 0.5)
        return meet(number)

    assert together(2, work, lambda: told.append("waiting")) == [[0, 1], [0, 1]]
    assert told[:1] == ["waiting"]
