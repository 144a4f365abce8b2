"""Functions that a decorator makes objects of: what their methods touch, and what replaces them."""

from pathlib import Path

import pytest

from tests.reporting import only_test

TASKS = """\
import subprocess
from celery import Celery, shared_task

app = Celery('shop', broker='amqp://')


@shared_task
def pack(order):
    return subprocess.run(['pack', order])


@app.task(bind=True)
def count(self, order):
    return len(order)


def sell(order):
    count.delay(order)
"""
HEAD = "from unittest.mock import patch\nfrom shop.tasks import count, pack, sell\n\n\n"


def effects(test: str, root: Path, settings: str = "DEBUG = True\n") -> tuple[str, ...]:
    """What one test of the tasks touches."""
    files = {"shop/__init__.py": "", "shop/tasks.py": TASKS, "shop/settings.py": settings, "tests/test_a.py": HEAD + test}
    return only_test(root, files).effects


@pytest.mark.parametrize(
    ("test", "touched"),
    [
        ("def test_a():\n    assert count.delay('x')\n", ("queue",)),
        ("def test_a():\n    assert count.apply_async(('x',))\n", ("queue",)),
        ("def test_a():\n    assert count.s('x').delay()\n", ("queue",)),
        ("def test_a():\n    sell('x')\n", ("queue",)),
        ("def test_a():\n    assert pack.delay('x')\n", ("queue", "subprocess")),
        ("def test_a():\n    assert pack.apply(('x',))\n", ("subprocess",)),
        ("def test_a():\n    assert count('x') == 1\n", ()),
        ("def test_a():\n    assert pack('x')\n", ("subprocess",)),
        ("def test_a():\n    assert count.name\n", ()),
    ],
)
def test_a_task_goes_to_the_queue_where_it_is_sent_there(test: str, touched: tuple[str, ...], tmp_path: Path) -> None:
    assert effects(test, tmp_path) == touched


@pytest.mark.parametrize("setting", ["CELERY_TASK_ALWAYS_EAGER = True\n", "app.conf.task_always_eager = True\n"])
def test_an_eager_task_runs_in_the_test(setting: str, tmp_path: Path) -> None:
    assert effects("def test_a():\n    assert pack.delay('x')\n", tmp_path, setting) == ("subprocess",)


@pytest.mark.parametrize(
    "target", ["shop.tasks.count", "shop.tasks.count.delay", "celery.Task.delay", "celery.app.task.Task.delay", "shop.tasks.sell"]
)
def test_who_replaces_a_task_or_its_method_sends_nothing(target: str, tmp_path: Path) -> None:
    call = "tasks.sell('x')" if target.endswith("sell") else "sell('x')"
    test = f"from shop import tasks\n\n\n@patch('{target}')\ndef test_a(double):\n    {call}\n"

    assert effects(test, tmp_path) == ()
