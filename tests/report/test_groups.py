"""The pyramids of parts."""

from testaudit.report.documents import GroupEntry, Pyramid, TestEntry
from testaudit.report.groups import by_folder, by_name
from tests.report.samples import entry

UNIT, INTEGRATION = Pyramid(unit=1), Pyramid(integration=1)


def entries_in(*paths: str) -> list[TestEntry]:
    return [entry(path, 1, "unit") for path in paths]


def test_folders_are_opened_until_they_part() -> None:
    tests = [*entries_in("src/tests/unit/test_a.py"), entry("src/tests/api/v1/test_b.py", 1, "integration")]

    assert by_folder(tests) == (GroupEntry("src/tests/api/v1", INTEGRATION), GroupEntry("src/tests/unit", UNIT))


def test_what_lies_in_a_folder_itself_keeps_its_name() -> None:
    assert by_folder(entries_in("tests/test_a.py", "tests/unit/test_b.py", "test_c.py")) == (
        GroupEntry(".", UNIT),
        GroupEntry("tests", UNIT),
        GroupEntry("tests/unit", UNIT),
    )


def test_folders_without_room_for_their_own_rows_are_counted_with_the_one_above() -> None:
    tests = entries_in(*(f"tests/{i:02}/test_a.py" for i in range(30)))

    assert by_folder(tests) == (GroupEntry("tests", Pyramid(unit=30)),)


def test_a_test_of_two_owners_is_counted_for_both() -> None:
    assert by_name(entries_in("a.py"), lambda _test: ("@b", "@a")) == (GroupEntry("@a", UNIT), GroupEntry("@b", UNIT))


def test_no_tests_have_no_parts() -> None:
    assert by_folder([]) == ()
