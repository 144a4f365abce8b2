"""The files that run a suite and its services."""

from pathlib import Path

from tests.discover.trees import discovered, empty, write


def test_ci_task_and_compose_files_are_listed_with_their_kinds(tmp_path: Path) -> None:
    empty(
        tmp_path,
        *(
            ".github/workflows/ci.yml",
            ".github/actions/setup/action.yaml",
            ".github/dependabot.yml",
            ".gitlab-ci.yml",
            ".circleci/config.yml",
        ),
        *("azure-pipelines.yml", "docker-compose.yml", "deploy/compose.test.yaml", "tox.ini", "noxfile.py", "Makefile", "sub/justfile"),
        *("composer.yml", "docs/workflows.yml", "makefiles.txt"),
    )

    assert [(found.path, found.kind) for found in discovered(tmp_path).pipelines] == [
        (".circleci/config.yml", "circleci"),
        (".github/actions/setup/action.yaml", "github"),
        (".github/workflows/ci.yml", "github"),
        (".gitlab-ci.yml", "gitlab"),
        ("Makefile", "make"),
        ("azure-pipelines.yml", "azure"),
        ("deploy/compose.test.yaml", "compose"),
        ("docker-compose.yml", "compose"),
        ("noxfile.py", "nox"),
        ("sub/justfile", "just"),
        ("tox.ini", "tox"),
    ]


def test_a_run_over_one_file_finds_the_same_ones(tmp_path: Path) -> None:
    write(tmp_path, {"tests/test_a.py": "", "deploy/docker-compose.yml": "", "testaudit.toml": 'exclude = ["old"]', "old/tox.ini": ""})

    assert discovered(tmp_path, "tests/test_a.py").pipelines == discovered(tmp_path).pipelines
    assert [found.path for found in discovered(tmp_path).pipelines] == ["deploy/docker-compose.yml"]
