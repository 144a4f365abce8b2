"""A literal address becomes a new one for each test."""

import pytest

from testaudit.edits import unique_email
from testaudit.findings import AddImport, Fix, Share
from testaudit.model import Place
from tests.fix.making import after, mend, place, places

BOB = '"bob@example.com"'
SOMEWHERE = Place("tests/test_a.py", 1, 1, 1, 2)


def unique(source: str, literal: str = BOB) -> Fix:
    mending = unique_email(places(source, literal), literal)
    assert mending is not None
    return mending


def reason(source: str, literal: str = BOB) -> str:
    outcome = mend(source, [unique(source, literal)])
    assert outcome.changes == ()
    return outcome.refused[0].reason


def test_a_lone_address_is_replaced_where_it_stands() -> None:
    source = """\
import pytest

def test_signup(client):
    client.post("/users", json={"email": "bob@example.com"})  # a user
"""
    assert (
        after(source, unique(source))
        == """\
import pytest
from uuid import uuid4

def test_signup(client):
    client.post("/users", json={"email": f"bob-{uuid4().hex}@example.com"})  # a user
"""
    )


def test_an_address_that_stands_several_times_becomes_a_variable() -> None:
    source = """\
import uuid

def test_signup(db):
    db.clear()

    # create and find
    create(db, "bob@example.com")
    assert find(db, "bob@example.com").email == "bob@example.com"
"""
    assert (
        after(source, unique(source))
        == """\
import uuid

def test_signup(db):
    db.clear()

    # create and find
    email = f"bob-{uuid.uuid4().hex}@example.com"
    create(db, email)
    assert find(db, email).email == email
"""
    )


def test_the_quotes_of_the_literal_stay() -> None:
    source = "def test_signup():\n    create('bob@example.com')\n"
    assert "create(f'bob-{uuid4().hex}@example.com')" in after(source, unique(source, "'bob@example.com'"))


def test_the_variable_gets_a_name_that_the_function_does_not_use() -> None:
    source = """\
from uuid import uuid4

email = "x"

def test_signup(email):
    create("bob@example.com", email)
    find("bob@example.com", email="a", email_2=user.email_3)
"""
    assert (
        after(source, unique(source))
        == """\
from uuid import uuid4

email = "x"

def test_signup(email):
    email_2 = f"bob-{uuid4().hex}@example.com"
    create(email_2, email)
    find(email_2, email="a", email_2=user.email_3)
"""
    )


def test_two_addresses_of_one_test_get_two_variables() -> None:
    source = """\
from uuid import uuid4

def test_signup():
    create("bob@example.com", "eve@example.com")
    find("bob@example.com", "eve@example.com")
"""
    assert (
        after(source, unique(source), unique(source, '"eve@example.com"'))
        == """\
from uuid import uuid4

def test_signup():
    email = f"bob-{uuid4().hex}@example.com"
    email_2 = f"eve-{uuid4().hex}@example.com"
    create(email, email_2)
    find(email, email_2)
"""
    )


def test_a_variable_is_set_where_every_branch_sees_it() -> None:
    source = """\
from uuid import uuid4

def test_signup(kind):
    with session() as db:
        if kind:
            create(db, "bob@example.com")
        elif other(kind):
            save(db, "bob@example.com")
        else:
            pass
"""
    assert (
        after(source, unique(source))
        == """\
from uuid import uuid4

def test_signup(kind):
    with session() as db:
        email = f"bob-{uuid4().hex}@example.com"
        if kind:
            create(db, email)
        elif other(kind):
            save(db, email)
        else:
            pass
"""
    )


@pytest.mark.parametrize(
    "repeated",
    [
        "for _ in range(2):\n        create({})",
        "while create({}):\n        pass",
        "[create({}) for _ in range(2)]",
        "run(lambda: create({}))",
        "def again():\n        create({})",
        "async def again(email={}):\n        pass",
    ],
)
def test_what_may_run_several_times_keeps_one_address(repeated: str) -> None:
    source = f"from uuid import uuid4\n\ndef test_signup():\n    {repeated.format(BOB)}\n"
    line = 'address = f"bob-{uuid4().hex}@example.com"'.replace("address", "email_2" if "email" in repeated else "email")
    variable = "email_2" if "email" in repeated else "email"
    assert after(source, unique(source)) == f"from uuid import uuid4\n\ndef test_signup():\n    {line}\n    {repeated.format(variable)}\n"


def test_a_literal_at_a_keyword_does_not_run_into_it() -> None:
    source = """\
from uuid import uuid4

def test_signup():
    assert"bob@example.com"in create("bob@example.com")
    return"bob@example.com"
"""
    assert (
        after(source, unique(source))
        == """\
from uuid import uuid4

def test_signup():
    email = f"bob-{uuid4().hex}@example.com"
    assert(email)in create(email)
    return(email)
"""
    )


def test_parentheses_around_the_literal_stay() -> None:
    source = 'from uuid import uuid4\n\ndef test_signup():\n    x = ( # why\n        "bob@example.com"\n    )\n'
    expected = source.replace(BOB, 'f"bob-{uuid4().hex}@example.com"')
    assert after(source, unique(source)) == expected


def test_a_place_may_hold_the_parentheses() -> None:
    source = 'from uuid import uuid4\n\ndef test_signup():\n    create(("bob@example.com"))\n'
    mending = Fix("", (Share((place(source, f"({BOB})"),), "email", 'f"bob-{uuid4().hex}@example.com"'),))
    assert after(source, mending) == source.replace(f"({BOB})", 'f"bob-{uuid4().hex}@example.com"')


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"EMAIL = {BOB}\n", "the expression is evaluated once for the whole module, not for each test"),
        (f"class TestA:\n    email = {BOB}\n", "the expression is evaluated once for the whole module, not for each test"),
        (f"def test_a(email={BOB}):\n    pass\n", "the expression is evaluated once for the whole module, not for each test"),
        (
            f"@parametrize('email', [{BOB}])\ndef test_a(email):\n    pass\n",
            "the expression is evaluated once for the whole module, not for each test",
        ),
        (f"def test_a():\n    class A:\n        email = {BOB}\n", "the expression is in a class inside a function"),
        (f"def test_a():\n    x = f'{{create({BOB})}}'\n", "the expression is inside an f-string"),
        (f"def test_a():\n    x = 'to ' {BOB}\n", "the expression is only a part of a string"),
        (f"def test_a():\n    x: Literal[{BOB}]\n", "the expression is inside an annotation"),
        (f"def test_a(x):\n    match x:\n        case {BOB}: pass\n", "the expression is inside a pattern"),
        (f"def test_a(): create({BOB}, {BOB})\n", "the body of `test_a` is on the line of its `def`"),
        (f"def test_a():\n    create({BOB})\ndef test_b():\n    create({BOB})\n", "the places are in different functions"),
    ],
)
def test_an_address_stays_where_a_new_one_would_mean_something_else(source: str, expected: str) -> None:
    assert reason(source) == expected


@pytest.mark.parametrize(
    "literal",
    [
        '\'{"email": "bob@example.com"}\'',
        "f'bob@example.com'",
        "b'bob@example.com'",
        "'bob@' 'example.com'",
        "'Bob <bob@example.com>'",
        "'bob\\x40example.com'",
        "'a@b@example.com'",
        "bob",
        "\"bob@example.com'",
        f"'{'b' * 32}@example.com'",
    ],
)
def test_what_is_no_plain_address_has_no_fix(literal: str) -> None:
    assert unique_email([SOMEWHERE], literal) is None


def test_the_fix_is_an_import_and_a_shared_value() -> None:
    edits = (
        AddImport("tests/test_a.py", "uuid", "uuid4"),
        Share((SOMEWHERE,), "email", "f'''b.o+b-{uuid4().hex}@example.com'''"),
    )
    assert unique_email([SOMEWHERE], "r'''b.o+b@example.com'''") == Fix("make the address new for each test", edits, "unsafe")
