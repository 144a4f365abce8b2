"""What counts as a verification of a test, and what does not; judged through the rule that speaks on a proven *no*."""

from pathlib import Path

import pytest

from tests.auditing import audited, places

CODE = (
    "import json\n\n\ndef render(data):\n    return json.dumps(data)\n\n\ndef validate(data):\n"
    "    if not data:\n        raise ValueError(data)\n"
)


def lines(root: Path, test: str, **others: str) -> list[int]:
    """The lines of `tests/test_a.py` on which a test is said to verify nothing."""
    files = {"app.py": CODE, "tests/test_a.py": test, **{name.replace("__", "/") + ".py": text for name, text in others.items()}}
    return [line for _, path, line in places(audited(root, files, select=["TA140"])) if path == "tests/test_a.py"]


@pytest.mark.parametrize(
    "body",
    [
        "render({})",
        "result = render({})",
        "for key in 'ab':\n        render({key: 1})",
        "data = {}\n    data['total'] = render(data)",
        "handle = open('x')\n    handle.close()",
        "print(render({}))",
    ],
)
def test_calling_without_looking_verifies_nothing(body: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"from app import render\n\n\ndef test_total():\n    {body}\n") == [4]


@pytest.mark.parametrize(
    "body",
    [
        "assert render({})",
        "if not render({}):\n        raise AssertionError",
        "if not render({}):\n        pytest.fail('empty')",
        "with pytest.raises(TypeError):\n        render(object())",
        "pytest.raises(TypeError, render, object())",
        "np.testing.assert_array_equal(render({}), 1)",
        "double = Mock()\n    double(render({}))\n    double.assert_called_once_with('{}')",
        "subprocess.run(['true'], check=True)",
        "subprocess.check_output(['true'])",
        "client.get('/').raise_for_status()",
        "page.wait_for_url('/done')",
        "warnings.simplefilter('error')\n    render({})",
        "def answer(request):\n        assert request.path == '/'\n\n    render(answer)",
        "def must_not_be_called():\n        raise RuntimeError\n\n    render(must_not_be_called)",
        "double = Mock(side_effect=OSError('full'))\n    render(double)",
        "render({}).should.equal('{}')",
        "deferred = render({})\n    deferred.addCallback(case.assertEqual, '{}')",
        "doctest.DocFileTest('api.rst').runTest()",
    ],
)
def test_a_test_that_shows_its_verification_is_left_alone(body: str, tmp_path: Path) -> None:
    head = (
        "import doctest\nimport subprocess\nimport warnings\nfrom unittest.mock import Mock\n\nimport numpy as np\n"
        "import pytest\n\nfrom app import render\n\n\n"
    )

    assert lines(tmp_path, f"{head}def test_total(client, page):\n    {body}\n") == []


def test_a_helper_in_another_file_verifies(tmp_path: Path) -> None:
    helper = (
        "def same(one, two):\n    held = one\n    compare(held, two)\n\n\ndef compare(one, two):\n"
        "    if one != two:\n        raise AssertionError(one)\n"
    )

    assert (
        lines(
            tmp_path,
            "from app import render\nfrom tests.support import same\n\n\ndef test_total():\n    same(render({}), '{}')\n",
            tests__support=helper,
        )
        == []
    )


def test_the_template_that_a_fixture_makes_of_a_stack_verifies(tmp_path: Path) -> None:
    test = (
        "import pytest\nfrom aws_cdk import assertions\n\nfrom app import render\n\n\n@pytest.fixture\ndef template():\n"
        "    return assertions.Template.from_stack(render({}))\n\n\n"
        "def test_gateway(template):\n    template.resource_count_is('AWS::EC2::NatGateway', 1)\n\n\n"
        "def test_resources(template):\n    template.to_json()\n"
    )

    assert lines(tmp_path, test) == [16]


def test_a_helper_that_only_calls_verifies_nothing(tmp_path: Path) -> None:
    helper = "from app import render\n\n\ndef call():\n    return render({})\n"

    assert lines(tmp_path, "from tests.support import call\n\n\ndef test_total():\n    call()\n", tests__support=helper) == [4]


def test_a_base_class_in_another_file_verifies(tmp_path: Path) -> None:
    base = "import unittest\n\n\nclass Base(unittest.TestCase):\n    def same(self, one, two):\n        self.assertEqual(one, two)\n"
    test = (
        "from app import render\nfrom tests.base import Base\n\n\nclass TestTotal(Base):\n"
        "    def test_total(self):\n        self.same(render({}), '{}')\n\n    def test_other(self):\n        render({})\n"
    )

    assert lines(tmp_path, test, tests__base=base) == [9]


def test_a_package_of_test_support_inside_the_product_is_looked_into(tmp_path: Path) -> None:
    support = "def eq(one, two):\n    assert one == two\n"

    assert (
        lines(
            tmp_path,
            "from shop.testing import eq\n\n\ndef test_total():\n    eq(1, 1)\n",
            shop____init__="",
            shop__testing____init__=support,
        )
        == []
    )


def test_the_inherited_test_that_is_called_verifies(tmp_path: Path) -> None:
    test = "from examples.test_shop import test_total\n\n\ndef test_examples_of_the_guide():\n    test_total()\n"

    assert lines(tmp_path, test, examples__test_shop="def test_total():\n    assert 1 + 1 == 2\n") == []


def test_a_context_manager_class_of_the_tests_verifies_when_it_is_left(tmp_path: Path) -> None:
    support = (
        "class Unchanged:\n    def __enter__(self):\n        return self\n\n    def __exit__(self, *error):\n        assert not error[0]\n"
    )
    test = "from app import render\nfrom tests.support import Unchanged\n\n\ndef test_total():\n    with Unchanged():\n        render({})\n"

    assert lines(tmp_path, test, tests__support=support) == []


def test_a_fake_that_asserts_what_it_receives_verifies(tmp_path: Path) -> None:
    support = "class Mailer:\n    def send(self, mail):\n        assert mail.subject\n"

    assert (
        lines(
            tmp_path,
            "from app import render\nfrom tests.support import Mailer\n\n\ndef test_total():\n    render(Mailer())\n",
            tests__support=support,
        )
        == []
    )


def test_a_checking_function_that_is_handed_over_verifies(tmp_path: Path) -> None:
    support = "def look(row):\n    assert row\n"

    assert (
        lines(
            tmp_path,
            "from app import render\nfrom tests.support import look\n\n\ndef test_total():\n    render(look)\n",
            tests__support=support,
        )
        == []
    )


def test_so_does_one_that_leads_to_a_check(tmp_path: Path) -> None:
    test = (
        "import trio\n\nfrom app import render\n\n\nasync def exchange(data):\n    assert render(data)\n\n\n"
        "def follow(row, later):\n    later.append(exchange)\n\n\n"
        "def test_runs():\n    async def main():\n        await exchange({})\n\n    trio.run(main)\n\n\n"
        "def test_listens():\n    render(follow)\n\n\n"
        "def quiet(row):\n    return render(row)\n\n\n"
        "def test_quiet():\n    render(quiet)\n"
    )

    assert lines(tmp_path, test) == [29]


def test_an_inherited_test_verifies_where_one_of_its_classes_does(tmp_path: Path) -> None:
    test = (
        "from app import render\n\n\nclass Cases:\n    def test_renders(self):\n        self.one_round({})\n\n"
        "    def one_round(self, data):\n        assert render(data)\n\n\n"
        "class TestPlain(Cases):\n    pass\n\n\n"
        "class TestCommand(Cases):\n    def one_round(self, data):\n        pass\n"
    )

    assert lines(tmp_path, test) == []
    assert lines(tmp_path, test.replace("        assert render(data)", "        render(data)")) == [5]


def test_a_helper_that_a_class_takes_over_under_its_own_name_verifies(tmp_path: Path) -> None:
    test = (
        "from app import render\n\n\ndef one_round(data):\n    assert render(data)\n\n\n"
        "class TestRounds:\n    one_round = staticmethod(one_round)\n\n    def test_renders(self):\n        self.one_round({})\n"
    )

    assert lines(tmp_path, test) == []


def test_helpers_beside_a_test_that_another_file_imports_are_test_code(tmp_path: Path) -> None:
    files = {
        "app.py": CODE,
        "suites/rounds.py": (
            "import unittest\n\nfrom app import render\n\n\nclass RoundsTest(unittest.TestCase):\n    def testRenders(self):\n"
            "        self.inContexts({})\n\n    def inContexts(self, data):\n        self.assertTrue(render(data))\n"
        ),
        "test_all.py": "from suites.rounds import *\n",
    }

    assert places(audited(tmp_path, files, select=["TA140"])) == []


def test_the_hook_that_hands_old_loaders_their_tests_is_no_test(tmp_path: Path) -> None:
    test = "import unittest\n\n\ndef test_suite():\n    return unittest.TestLoader().loadTestsFromName(__name__)\n"

    assert lines(tmp_path, test) == []


def test_a_decorator_of_the_tests_that_asserts_verifies_and_one_that_skips_does_not(tmp_path: Path) -> None:
    support = (
        "import functools\n\n\ndef no_leaks(test):\n    @functools.wraps(test)\n    def run(*args):\n"
        "        test(*args)\n        if open_files():\n"
        "            raise RuntimeError\n    return run\n\n\ndef slow(test):\n    return test\n\n\ndef open_files():\n    return []\n"
    )
    test = (
        "from app import render\nfrom tests.support import no_leaks, slow\n\n\n@no_leaks\ndef test_total():\n"
        "    render({})\n\n\n@slow\ndef test_other():\n    render({})\n"
    )

    assert lines(tmp_path, test, tests__support=support) == [11]


def test_what_conftest_checks_around_every_test_is_not_about_this_one(tmp_path: Path) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef no_leaks():\n    yield\n    assert not []\n"

    assert lines(tmp_path, "from app import render\n\n\ndef test_total():\n    render({})\n", tests__conftest=conftest) == [4]


def test_a_fixture_that_is_asked_for_may_verify_at_its_end(tmp_path: Path) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef no_leaks():\n    yield\n    assert not []\n"

    assert lines(tmp_path, "from app import render\n\n\ndef test_total(no_leaks):\n    render({})\n", tests__conftest=conftest) == []


def test_an_assertion_of_setup_is_not_about_the_test_and_one_of_teardown_is(tmp_path: Path) -> None:
    test = (
        "import unittest\n\nfrom app import render\n\n\nclass TestA(unittest.TestCase):\n"
        "    def setUp(self):\n        self.assertTrue(render({}))\n\n"
        "    def test_total(self):\n        render({})\n\n\nclass TestB(unittest.TestCase):\n"
        "    def tearDown(self):\n        self.assertFalse(render({}))\n\n"
        "    def test_total(self):\n        render({})\n"
    )

    assert lines(tmp_path, test) == [10]


def test_a_call_that_the_file_elsewhere_expects_to_raise_is_accepted(tmp_path: Path) -> None:
    test = (
        "import pytest\n\nfrom app import render, validate\n\n\ndef test_empty():\n"
        "    with pytest.raises(ValueError):\n        validate({})\n\n\n"
        "def test_full():\n    validate({1: 2})\n\n\ndef test_render():\n    render({})\n"
    )

    assert lines(tmp_path, test) == [15]


def test_a_validator_of_the_product_that_raises_verifies(tmp_path: Path) -> None:
    assert lines(tmp_path, "from app import validate\n\n\ndef test_full():\n    validate({1: 2})\n") == []


@pytest.mark.parametrize(
    "name",
    [
        "does_not_raise",
        "no_deprecation_warning",
        "without_crashing",
        "exception_isnt_raised",
        "DoesNotFail",
        "smoke",
        "rendering_works",
        "can_render",
        "accepts_none",
        "is_hashable",
        "handles_null",
        "close_twice",
        "shutdown_is_idempotent",
        "issue_1741",
    ],
)
def test_a_name_may_say_that_not_failing_is_the_point(name: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"from app import render\n\n\ndef test_{name}():\n    render({{}})\n") == []


@pytest.mark.parametrize(
    "name",
    [
        "total",
        "create_table",
        "workflow",
        "cancel",
        "okta",
        "racecar",
        "passenger",
        "raises_on_none",
        "error_of_none",
        "validation_of_none",
    ],
)
def test_a_name_that_only_resembles_one_does_not(name: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"from app import render\n\n\ndef test_{name}():\n    render({{}})\n") == [4]


@pytest.mark.parametrize(
    "text",
    [
        '"""An empty invoice should not raise."""',
        '"""Just make sure that rendering an invoice works."""',
        "# error shouldn't be raised",
        "# previously crashed on empty invoices",
        "# no warning should be raised",
        "# it works!",
        "# see https://example.org/issues/48017",
        "# just for coverage",
        "# GH14298",
        "# PYTHON-1008",
        "# Prior to the change: TypeError",
    ],
)
def test_a_docstring_or_comment_may_say_so_too(text: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"from app import render\n\n\ndef test_total():\n    {text}\n    render({{}})\n") == []


@pytest.mark.parametrize(
    "text",
    ['"""Rendering adds the items up."""', "# three items", '"""An error is raised for empty invoices."""', "# the answer is a total"],
)
def test_other_sentences_do_not(text: str, tmp_path: Path) -> None:
    assert lines(tmp_path, f"from app import render\n\n\ndef test_total():\n    {text}\n    render({{}})\n") == [4]


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "class Invoice(Model):\n        total: int",
        "@register\n    def handler():\n        return 1",
        "from app import render",
        "repr(render({}))",
        "copy.deepcopy(render({}))",
        "pytest.skip('not on this machine')",
        "pytest.importorskip('numpy')",
        "for case in 'ab':\n        yield render, case",
    ],
)
def test_a_test_that_leaves_nothing_to_look_at_is_left_alone(body: str, tmp_path: Path) -> None:
    assert (
        lines(tmp_path, f"import copy\n\nimport pytest\n\nfrom app import Model, register, render\n\n\ndef test_total():\n    {body}\n")
        == []
    )


@pytest.mark.parametrize("mark", ["pytest.mark.skip", "pytest.mark.xfail", "pytest.mark.xfail(sys.platform == 'win32', reason='x')"])
def test_a_test_that_may_fail_is_not_judged(mark: str, tmp_path: Path) -> None:
    assert (
        lines(tmp_path, f"import sys\n\nimport pytest\n\nfrom app import render\n\n\n@{mark}\ndef test_total():\n    render({{}})\n") == []
    )


@pytest.mark.parametrize(
    "call", ["missing.check_total({})", "from_nowhere.testing.compare_all({})", "exec(code)", "getattr(missing, 'check')({})"]
)
def test_a_call_that_may_verify_and_does_not_resolve_is_unknown(call: str, tmp_path: Path) -> None:
    test = f"import from_nowhere\nfrom app import missing\n\n\ndef test_total(code=''):\n    {call}\n"

    assert lines(tmp_path, test) == []


def test_a_call_that_does_not_resolve_and_does_not_sound_like_it_verifies_nothing(tmp_path: Path) -> None:
    assert lines(tmp_path, "from app import missing\n\n\ndef test_total():\n    missing.render({})\n") == [4]
