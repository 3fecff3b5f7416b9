"""Every address and method, asked by everybody, about what is theirs and what is not."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.authorisation.addresses import ADDRESSES, callers_of
from tests.authorisation.administration import is_of_a_model
from tests.authorisation.objects import OBJECTS
from tests.authorisation.resolver import METHODS, addresses, filled
from tests.authorisation.trying import Traces, fits, is_entered, rows, taken_back
from tests.authorisation.world import ANONYMOUS, CLIENT, ROLES

pytestmark = pytest.mark.django_db

BY_PATH = {path: [row for row in ADDRESSES if row.path == path] for path in
           dict.fromkeys(row.path for row in ADDRESSES)}  # fmt: skip


_SOME_CALLERS = (ANONYMOUS, "compliance-officer", CLIENT)


@pytest.fixture(scope="module")
def standing(grounds):
    """Every table as the world was made; each test ends there again, or fails."""
    return rows()


def test_every_address_has_a_row_and_every_row_an_address():
    known = {found.path for found in addresses() if not is_of_a_model(found.path)}
    assert known - set(BY_PATH) == set(), "addresses without a row in addresses.py"
    assert set(BY_PATH) - known == set(), "rows of addresses.py that no address has"


def test_every_method_of_a_view_has_a_row():
    lacking = [
        f"{method} /{found.path}"
        for found in addresses()
        # allauth's views take PUT as Django's form views do, which read it as a POST.
        for method in found.methods or ()
        if method != "PUT" or found.path.startswith("api/")
        if not is_of_a_model(found.path)
        if method not in {row.method for row in BY_PATH[found.path]}
    ]
    assert lacking == []


def test_no_row_stands_twice():
    counted = Counter(
        (row.path, row.method, row.on, variant) for row in ADDRESSES for variant in row.expect
    )
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.name} {row.needs}")
def test_everybody_gets_what_the_table_says(row, grounds, standing):
    faults, refused = [], []
    for caller in callers_of(row):
        for variant in variants_for(row, caller):
            expected = row.expected(caller, variant)
            if is_refusal(expected):
                refused.append((caller, variant, expected))
                continue
            with taken_back():
                check(row, grounds, caller, variant, expected, faults)
    traces, entered = Traces(), 0
    for caller, variant, expected in refused:
        status = check(row, grounds, caller, variant, expected, faults)
        entered += knows(caller, row) and is_entered(status, expected)
    assert not faults, "\n".join(faults)
    traces.check(entered)
    assert rows() == standing, "a refused try has changed a row"


def check(row, grounds, caller, variant, expected, faults):
    values = {name: given[variant](grounds, caller) for name, given in named(row, variant)}
    status = grounds.call(
        caller,
        row.method,
        filled(row.path, values) + row.query_for(grounds),
        row.body_for(grounds, caller, variant),
        without=row.scope,
    ).status_code
    if status >= 500 or not fits(status, expected):
        faults.append(f"{row.name} {variant} by {caller}: {status}, not {expected}")
    return status


def named(row, variant):
    return [(name, given) for name, given in OBJECTS.get(row.on, {}).items() if variant in given]


def variants_for(row, caller):
    """All that the row names; of whom the door itself refuses, what is there and what is not."""
    if row.admits(caller):
        return list(row.expect)
    first, *others = row.expect
    return [first, *(variant for variant in others if variant == "missing")]


def is_refusal(expected):
    return all(
        status >= 400 for status in (expected if isinstance(expected, tuple) else [expected])
    )


def knows(caller, row):
    """Strangers leave no entry; a program's key is looked at by the API alone."""
    return caller in ROLES or (row.is_api and caller != ANONYMOUS)


@pytest.mark.parametrize("path", BY_PATH, ids=lambda path: f"/{path}")
def test_other_methods_are_refused_to_everybody_and_change_nothing(path, grounds, standing):
    taken = {row.method for row in BY_PATH[path]}
    row = BY_PATH[path][0]
    variant = next(iter(row.expect))
    faults = []
    if path.startswith(("admin/", "sign-in/", "account/")):
        return  # Django and allauth read every other method as a GET or a POST
    for method in METHODS:
        if method in taken:
            continue
        for caller in _SOME_CALLERS:
            values = {name: given[variant](grounds, caller) for name, given in named(row, variant)}
            answer = grounds.call(caller, method, filled(path, values))
            if answer.status_code not in (302, 401, 403, 405):
                faults.append(f"{method} /{path} by {caller}: {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert rows() == standing
