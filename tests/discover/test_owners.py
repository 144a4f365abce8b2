"""CODEOWNERS, as GitHub and GitLab read it."""

import pytest

from testaudit.discover.owners import owners_in

TEXT = """\
# everything
*            @all
*.sql        @data   # the last line that matches counts
/tests/api/  @api @web
docs/*       @writers
vendor/
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("setup.py", ("@all",)),
        ("db/schema.sql", ("@data",)),
        ("tests/api/v1/test_a.py", ("@api", "@web")),
        ("src/tests/api/test_a.py", ("@all",)),
        ("docs/index.md", ("@writers",)),
        ("docs/deep/index.md", ("@all",)),
        ("vendor/lib.py", ()),
    ],
)
def test_the_last_line_that_matches_names_the_owners(path: str, owners: tuple[str, ...]) -> None:
    assert owners_in(TEXT)(path) == owners


def test_each_section_of_gitlab_has_its_own_last_line() -> None:
    text = "* @all\n\n[Tests] @testers\ntests/\n\n^[Data][2]\n*.sql @data\n"

    assert owners_in(text)("tests/dump.sql") == ("@all", "@testers", "@data")


def test_a_pattern_that_means_nothing_matches_nothing() -> None:
    assert owners_in("[x @somebody\n../up @else\n")("tests/test_a.py") == ()
