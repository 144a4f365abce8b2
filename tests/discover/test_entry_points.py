"""Which entry points project files declare."""

from pathlib import Path

import pytest

from testaudit.discover.entry_points import declared

WRITTEN = {
    "pyproject.toml": '[project.entry-points."shop.stores"]\nfile = "shop.stores.file:FileStore"\nplain = "shop.plain"\n',
    "pyproject.toml (poetry)": '[tool.poetry.plugins."shop.stores"]\n"file" = "shop.stores.file:FileStore"\nplain = "shop.plain"\n',
    "setup.cfg": (
        "[metadata]\nname = shop\n\n[options.entry_points]\nshop.stores =\n    file = shop.stores.file:FileStore\n"
        "    plain = shop.plain\n\n[tool]\nx = y\n"
    ),
    "setup.py": (
        'setup(\n    entry_points={\n        "shop.stores": [\n            "file = shop.stores.file:FileStore",\n'
        '            "plain=shop.plain",\n        ],\n    },\n)\n'
    ),
    "setup.py (text)": (
        'setup(entry_points="""\n    [shop.stores]\n    file = shop.stores.file:FileStore [extra]\n    plain = shop.plain\n""")\n'
    ),
}


@pytest.mark.parametrize("where", WRITTEN)
def test_every_kind_of_project_file_declares_them(where: str, tmp_path: Path) -> None:
    (tmp_path / where.partition(" ")[0]).write_text(WRITTEN[where])

    assert declared(tmp_path, "") == {"shop.stores": {"file": "shop.stores.file:FileStore", "plain": "shop.plain"}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project]\nname = 'shop'\n"),
        ("pyproject.toml", "[project.entry-points\n"),
        ("setup.cfg", "[options]\nshop.stores =\n    file = shop.stores.file:FileStore\n"),
        ("setup.py", "setup(packages=['a'], extras={'b': ['c = d']})\n"),
        ("other.toml", '[project.entry-points."shop.stores"]\nfile = "shop:FileStore"\n'),
    ],
)
def test_what_declares_none_gives_none(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    assert declared(tmp_path, "") == {}
