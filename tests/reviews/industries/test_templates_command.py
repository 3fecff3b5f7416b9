"""`manage.py templates`: list, show, load; what it prints and with which code it ends."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from governance.models import LedgerEntry, Motion
from models_registry.models import AISystem
from reviews.models import Queue
from tests.factories import PASSWORD, change, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    person = make_person("olga", roles=["compliance-officer"])
    person.email = "olga@bank.example"
    change(person, "email")
    return person


@pytest.fixture
def typed(monkeypatch):
    """What stands on the input where the password is read."""

    def put(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))

    put(PASSWORD)
    return put


def templates(*args, **options):
    out = io.StringIO()
    call_command("templates", *args, stdout=out, **options)
    return out.getvalue()


def refused(*args):
    with pytest.raises(CommandError) as refusal:
        templates(*args)
    return refusal.value.returncode, str(refusal.value)


def test_list_tells_name_modes_and_summary():
    lines = templates("list").splitlines()
    assert len(lines) == 7
    assert lines[0].split()[:3] == ["banking", "hitl,", "hotl"]
    assert "Consumer credit with a person in the loop" in lines[0]


def test_show_tells_class_rules_reasons_and_examples_in_words():
    told = templates("show", "banking")
    assert (
        "Consumer credit assessment (consumer-credit): human in the loop (hitl), class H3" in told
    )
    assert "Where “Age of the oldest figure” is more than 90, it is not carried out." in told
    assert "figures-say-otherwise: The figures say otherwise (override, reverse)" in told
    assert "A loan of 80,000 EUR: “Granted as asked for”" in told


@pytest.mark.parametrize("verb", ["show", "load"])
def test_an_unknown_name_lists_the_known_ones_and_ends_with_2(verb):
    code, said = refused(verb, "bank")
    assert code == 2
    assert "banking, healthcare, insurance, legal, logistics, manufacturing, retail" in said


def test_load_makes_it_and_says_what_waits(officer, typed):
    told = templates("load", "banking", "--owner", "OLGA@bank.example", "--organisation", "Bank")

    assert "system consumer-credit: made" in told
    assert "policy text consumer-credit: waits (put forward; it takes a second person)" in told
    assert "4 of it take a second person, on /motions/." in told
    assert set(AISystem.objects.values_list("organisation", "owner")) == {("Bank", officer.pk)}
    assert Motion.objects.pending().count() == 4


def test_whoever_alone_may_load_need_not_be_named(officer, typed):
    make_person("rita", roles=["reviewer"])
    templates("load", "legal")
    assert AISystem.objects.get().owner == officer


def test_of_several_one_must_be_named(officer, typed):
    make_person("pavel", roles=["compliance-officer"])
    code, said = refused("load", "legal")
    assert (code, said) == (1, "Name who loads it with --owner (olga, pavel). Nothing was loaded.")


def test_where_nobody_may_it_says_so(typed):
    assert "nobody may" in refused("load", "legal")[1]


def test_an_unknown_owner_is_refused(officer):
    code, said = refused("load", "legal", "--owner", "olga@elsewhere.example")
    assert code == 1
    assert "is no active account" in said


def test_an_address_of_two_accounts_names_neither(officer):
    twin = make_person("twin", roles=["compliance-officer"])
    twin.email = officer.email
    change(twin, "email")
    assert "names more than one account" in refused("load", "legal", "--owner", officer.email)[1]


def test_a_wrong_password_loads_nothing(officer, typed):
    typed("not it")
    code, said = refused("load", "legal", "--owner", "olga")
    assert (code, said) == (1, "This is not the password of that account. Nothing was loaded.")
    assert not AISystem.objects.exists()


def test_who_may_not_load_is_refused(typed):
    make_person("rita", roles=["reviewer"])
    code, said = refused("load", "legal", "--owner", "rita")
    assert code == 1
    assert "models_registry.load_template" in said


def test_check_changes_nothing_and_needs_nobody():
    entries = LedgerEntry.objects.count()
    told = templates("load", "banking", "--check")
    assert "system consumer-credit: missing" in told
    assert told.endswith("The template is sound. Nothing was changed.\n")
    assert LedgerEntry.objects.count() == entries


def test_what_differs_is_named_and_ends_with_3(officer, typed):
    templates("load", "legal", "--owner", "olga")
    queue = Queue.objects.get(slug="dispute-desk")
    queue.name = "Night desk"
    change(queue, "name")
    for more in ([], ["--check"]):
        typed(PASSWORD)
        code, said = refused("load", "legal", "--owner", "olga", *more)
        assert code == 3
        assert "queue dispute-desk: differs (other name)" in said


def test_a_second_load_ends_well(officer, typed):
    templates("load", "legal", "--owner", "olga")
    typed(PASSWORD)
    told = templates("load", "legal", "--owner", "olga")
    assert "system dispute-proposals: there" in told
    assert "made" not in told
