"""Which command runs when a test invokes a command line in its own process."""

from pathlib import Path

import pytest

from tests.reporting import chain, only_test

CLI = """\
import subprocess

import click


@click.group()
@click.option("-v/-q", "--verbose/--quiet")
def cli(verbose):
    pass


@cli.command()
@click.option("--fast", is_flag=True)
def build_all(fast):
    subprocess.run(["make"])


@cli.command("list")
@click.option("--long")
def listed(long):
    print(long)


@click.group(name="db")
def database_group():
    pass


@database_group.command(name="drop")
def drop_db():
    subprocess.run(["dropdb"])


@database_group.command
def show():
    print(1)


cli.add_command(database_group)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("rest", nargs=-1)
def passing(rest):
    subprocess.run(rest)
"""


def invoking(call: str, head: str = "from cli import build_all, cli, passing") -> str:
    return f"from click.testing import CliRunner\n{head}\n\n\ndef test_a():\n    {call}\n"


@pytest.mark.parametrize(
    ("call", "effects"),
    [
        ("CliRunner().invoke(cli, ['build-all'])", ("subprocess",)),
        ("CliRunner().invoke(cli, ['--verbose', 'build-all', '--fast'])", ("subprocess",)),
        ("CliRunner().invoke(cli, 'build-all --fast')", ("subprocess",)),
        ("CliRunner().invoke(cli, args=('build-all',))", ("subprocess",)),
        ("runner = CliRunner()\n    arguments = ['build-all']\n    runner.invoke(cli, arguments)", ("subprocess",)),
        ("CliRunner().invoke(cli, ['list', '--long', 'build'])", ()),
        ("CliRunner().invoke(cli, ['db', 'drop'])", ("subprocess",)),
        ("CliRunner().invoke(cli, ['db', 'show'])", ()),
        ("CliRunner().invoke(cli, ['drop'])", ()),
        ("CliRunner().invoke(cli, ['--help'])", ()),
        ("CliRunner().invoke(cli, ['build-all', '--help'])", ()),
        ("CliRunner().invoke(cli, ['build-all', '--slow'])", ()),
        ("CliRunner().invoke(cli, ['--unheard', 'build-all'])", ()),
        ("CliRunner().invoke(cli, ['-v', '--quiet', 'build-all', '--fast', '-1'])", ("subprocess",)),
        ("CliRunner().invoke(cli, ['build-all', '--', '--slow'])", ("subprocess",)),
        ("CliRunner().invoke(build_all, ['--slow'])", ()),
        ("CliRunner().invoke(build_all, ['--help'])", ()),
        ("CliRunner().invoke(build_all, ['--fast'])", ("subprocess",)),
        ("CliRunner().invoke(passing, ['--slow'])", ("subprocess",)),
        ("CliRunner().invoke(cli)", ()),
        ("print(cli, ['build-all'])", ()),
    ],
)
def test_the_words_choose_the_command_of_a_group(call: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    assert only_test(tmp_path, {"cli.py": CLI, "tests/test_a.py": invoking(call)}).effects == effects


@pytest.mark.parametrize(
    ("call", "effects"),
    [
        ("cli(['build-all'])", ("subprocess",)),
        ("cli(['list'], standalone_mode=False)", ()),
        ("cli.main(args=['db', 'drop'], standalone_mode=False)", ("subprocess",)),
        ("cli.main(['db', 'show'])", ()),
        ("build_all.callback()", ("subprocess",)),
        ("listed.callback('x')", ()),
        ("build_all.main([])", ("subprocess",)),
        ("build_all.get_help(None)", ()),
    ],
)
def test_commands_are_called_without_a_runner(call: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    test = f"from cli import build_all, cli, listed\n\n\ndef test_a():\n    {call}\n"

    assert only_test(tmp_path, {"cli.py": CLI, "tests/test_a.py": test}).effects == effects


@pytest.mark.parametrize(
    ("words", "effects"), [("'build-all'", ("subprocess",)), ("'list', '--long'", ()), ("'db', 'drop'", ("subprocess",))]
)
@pytest.mark.parametrize("name", ["invoked", "run"])
def test_a_helper_that_is_told_the_words_invokes_them(name: str, words: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    helpers = (
        "import pytest\nfrom click.testing import CliRunner\nfrom cli import cli\n\n\n"
        "def invoked(*args, **more):\n    return CliRunner().invoke(cli, args, **more)\n\n\n"
        "@pytest.fixture\ndef run():\n    def inner(*words):\n        return CliRunner().invoke(cli, list(words))\n\n    return inner\n"
    )
    test = f"from tests.helpers import invoked, run\n\n\ndef test_a({'run' if name == 'run' else ''}):\n    {name}({words})\n"
    files = {"cli.py": CLI, "tests/__init__.py": "", "tests/helpers.py": helpers, "tests/test_a.py": test}

    assert only_test(tmp_path, files).effects == effects


def test_the_chain_leads_to_the_command(tmp_path: Path) -> None:
    test = only_test(tmp_path, {"cli.py": CLI, "tests/test_a.py": invoking("CliRunner().invoke(cli, ['db', 'drop'])")})

    assert chain(test) == [
        "tests/test_a.py:5 `test_a`",
        "tests/test_a.py:6 calls `drop_db`",
        "cli.py:31 `subprocess.run` touches: subprocess",
    ]


SPREAD = {
    "shop/__init__.py": "",
    "shop/main.py": "import click\n\n\n@click.group()\ndef main():\n    pass\n\n\nfrom shop import building  # noqa\n",
    "shop/building.py": "import subprocess\nfrom shop.main import main\n\n\n@main.command()\ndef build():\n    subprocess.run(['make'])\n",
}


def test_commands_that_other_modules_register_are_known(tmp_path: Path) -> None:
    test = invoking("CliRunner().invoke(main, ['build'])", "from shop.main import main")

    assert only_test(tmp_path, {**SPREAD, "tests/test_a.py": test}).effects == ("subprocess",)


@pytest.mark.parametrize(("word", "effects"), [("build-all", ("subprocess",)), ("drop", ("subprocess",)), ("show", ()), ("list", ())])
def test_a_collection_has_the_commands_of_its_groups(word: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    head = "import click\nfrom cli import cli, database_group\n\n\nALL = click.CommandCollection(sources=[cli, database_group])"
    files = {"cli.py": CLI, "tests/test_a.py": invoking(f"CliRunner().invoke(ALL, ['{word}'])", head)}

    assert only_test(tmp_path, files).effects == effects


@pytest.mark.parametrize(("word", "effects"), [("build", ("subprocess",)), ("show", ())])
def test_commands_that_are_named_to_be_loaded_are_known(word: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    lazy = (
        "import click\n\n\n"
        "class Lazy(click.Group):\n    def __init__(self, *args, lazy=None, **more):\n        super().__init__(*args, **more)\n\n\n"
        "@click.group(cls=Lazy, lazy={'build': 'work.build', 'show': 'work.show'})\ndef main():\n    pass\n"
    )
    work = (
        "import subprocess\nimport click\n\n\n@click.command()\ndef build():\n    subprocess.run(['make'])\n\n\n"
        "@click.command()\ndef show():\n    print(1)\n"
    )
    test = invoking(f"CliRunner().invoke(main, ['{word}'])", "from lazily import main")

    assert only_test(tmp_path, {"lazily.py": lazy, "work.py": work, "tests/test_a.py": test}).effects == effects


TYPER = """\
import subprocess

import typer

app = typer.Typer()
inner = typer.Typer(name="inner")
app.add_typer(inner)
app.add_typer(inner, name="other")


@app.command()
def build():
    subprocess.run(["make"])


@app.command()
def show(name: str):
    print(name)


@inner.command("drop")
def drop_all():
    subprocess.run(["dropdb"])


@inner.command()
def look():
    print(1)


alone = typer.Typer()


@alone.command()
def only():
    subprocess.run(["make"])
"""


@pytest.mark.parametrize(
    ("call", "effects"),
    [
        ("app, ['build']", ("subprocess",)),
        ("app, ['show', 'me']", ()),
        ("app, ['inner', 'drop']", ("subprocess",)),
        ("app, ['other', 'drop']", ("subprocess",)),
        ("app, ['inner', 'look']", ()),
        ("alone, []", ("subprocess",)),
        ("alone, ['--fast']", ("subprocess",)),
    ],
)
def test_applications_of_typer_are_groups(call: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    test = f"from typer.testing import CliRunner\nfrom app import alone, app\n\n\ndef test_a():\n    CliRunner().invoke({call})\n"

    assert only_test(tmp_path, {"app.py": TYPER, "tests/test_a.py": test}).effects == effects


@pytest.mark.parametrize(("word", "effects"), [("build", ("subprocess",)), ("show", ())])
def test_a_group_that_is_not_followed_has_the_only_command_of_that_name(word: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import subprocess\nfrom flask import Flask\n\n\ndef create_app():\n    return Flask('a')\n\n\napp = create_app()\n\n\n"
        "@app.cli.command('build')\ndef build_it():\n    subprocess.run(['make'])\n\n\n"
        "@app.cli.command('show')\ndef show():\n    print(1)\n"
    )
    test = f"from web import create_app\n\n\ndef test_a():\n    create_app().test_cli_runner().invoke(args=['{word}'])\n"

    assert only_test(tmp_path, {"web.py": code, "tests/test_a.py": test}).effects == effects


@pytest.mark.parametrize(("word", "effects"), [("build", ("subprocess",)), ("show", ())])
def test_a_decorator_of_ones_own_adds_to_the_group_that_it_is_given(word: str, effects: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import subprocess\nimport click\n\n\n@click.group()\ndef main():\n    pass\n\n\n"
        "def loud(group, **more):\n    def decorate(function):\n        return group.command(**more)(function)\n\n    return decorate\n\n\n"
        "@loud(main, help='Builds.')\ndef build():\n    subprocess.run(['make'])\n\n\n@loud(main)\ndef show():\n    print(1)\n"
    )
    test = invoking(f"CliRunner().invoke(main, ['{word}'])", "from loudly import main")

    assert only_test(tmp_path, {"loudly.py": code, "tests/test_a.py": test}).effects == effects


CONSOLE = {
    "shop/__init__.py": "",
    "shop/console/__init__.py": "",
    "shop/console/application.py": "from cleo.application import Application as Base\n\n\nclass Application(Base):\n    pass\n",
    "shop/console/commands/__init__.py": "",
    "shop/console/commands/build.py": (
        "import subprocess\nfrom cleo.commands.command import Command\n\n\n"
        'class BuildCommand(Command):\n    name = "db build"\n\n    def handle(self):\n        subprocess.run(["make"])\n'
    ),
    "shop/console/commands/show.py": (
        "from cleo.commands.command import Command\n\n\n"
        'class ShowCommand(Command):\n    name = "show"\n\n    def handle(self):\n        print(1)\n'
    ),
}


@pytest.mark.parametrize(("name", "effects"), [("db build", ("subprocess",)), ("show", ()), ("other", ())])
@pytest.mark.parametrize("made", ["CommandTester(Application().find({name!r}))", "commanded({name!r})"])
def test_an_application_of_cleo_finds_commands_by_the_names_of_their_classes(
    made: str, name: str, effects: tuple[str, ...], tmp_path: Path
) -> None:
    test = (
        "from cleo.testers.command_tester import CommandTester\nfrom shop.console.application import Application\n\n\n"
        "def commanded(command):\n    found = Application().find(command)\n    return CommandTester(found)\n\n\n"
        f"def test_a():\n    {made.format(name=name)}.execute('--fast')\n"
    )

    assert only_test(tmp_path, {**CONSOLE, "tests/test_a.py": test}).effects == effects
