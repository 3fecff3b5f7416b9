"""Kinds and texts are data: every kind in every language, with the same placeholders."""

from __future__ import annotations

from datetime import UTC
from importlib.resources import files

import pytest

from governance.notices.kinds import Channel, kinds, read_kinds
from governance.notices.texts import languages, placeholders, read_language
from governance.notices.wording import say
from governance.obligations.records import DataInvalid

KIND = """
halted:
  group: stop
  events: [thing.halted]
  channels: [product]
  values: {scope: text, why: word of reason, at: instant, number: count}
"""
LANGUAGE = """
name: English
instant: "%H:%M"
frame:
  greeting: "Hello {person}"
  open: "Open"
  about: "{choices}"
  summary: "{count}"
  summary_intro: "Since then:"
  channel: "{place}"
groups: {stop: Halts}
words: {reason: {late: "it is late"}}
kinds:
  halted: {label: "Halts", title: "{scope} {number}", text: "{why} {at}"}
"""


def data(name: str) -> str:
    return (files("governance.notices") / "data" / name).read_text(encoding="utf-8")


def test_every_language_says_every_kind_with_the_same_placeholders():
    english = languages()["en"]
    assert list(languages()) == ["en", "de", "fr"]
    for language in languages().values():
        assert language.kinds.keys() == kinds().keys()
        for name in kinds():
            mine, its = language.kinds[name], english.kinds[name]
            assert placeholders(mine.title, name) == placeholders(its.title, name)
            assert placeholders(mine.text, name) == placeholders(its.text, name)
        for words in english.words:
            assert language.words[words].keys() == english.words[words].keys()


def test_every_kind_is_said_in_every_language_with_nothing_left_in_braces():
    values = {"count": 3, "percent": 80}
    for name, kind in kinds().items():
        filled = {
            one: "2026-11-23T12:00:00+00:00" if value.shape == "instant" else values.get(one, "x")
            for one, value in kind.values.items()
        }
        for language in languages().values():
            said = say(name, filled, language, UTC)
            assert said.title
            assert said.text
            assert not {"{", "}"} & set(said.title + said.text)


def test_a_word_an_instant_and_an_empty_text_are_said_in_the_language():
    values = {"what": "drill", "scope": ""}
    said = {code: say("halt_placed", values, one, UTC).title for code, one in languages().items()}
    assert said == {
        "en": "Drill of a halt: all AI systems",
        "de": "Probe eines Halts: alle KI-Systeme",
        "fr": "Exercice d'arrêt : tous les systèmes d'IA",
    }
    until = {"motion": "Do it", "until": "2026-11-23T12:00:00+00:00"}
    assert "23.11.2026, 12:00 (UTC)" in say("motion_waits", until, languages()["de"], UTC).text


def test_what_this_release_does_not_know_any_more_is_said_by_its_name():
    english = languages()["en"]
    assert say("of_old", {}, english, UTC).title == "of_old"
    assert (
        "strange" in say("motion_closed", {"motion": "x", "state": "strange"}, english, UTC).title
    )


def test_braces_in_a_value_stay_what_they_are():
    said = say("motion_waits", {"motion": "{until.year}", "until": ""}, languages()["en"], UTC)
    assert "{until.year}" in said.text


@pytest.mark.parametrize(
    ("found", "put", "says"),
    [
        ("{why} {at}", "{unknown}", "has no"),
        ("{why} {at}", "{scope.upper}", "not a plain name"),
        ("{why} {at}", "{scope!r}", "not a plain name"),
        ("{why} {at}", "{scope:>9}", "not a plain name"),
        ("{why} {at}", "{0}", "not a plain name"),
        ("{why} {at}", "{", "expected|Single"),
        ('label: "Halts"', 'label: "{scope}"', "no values"),
        ("{stop: Halts}", "{work: Mine}", "has no name"),
        ("{reason: {late", "{cause: {late", "no words for why"),
        ("Hello {person}", "Hello {persn}", "greeting"),
        ("  halted: {", "  other: {", "missing"),
        ("groups:", "groups: {}\ngroups:", "given twice"),
        ("name: English", "name: English\nextra: 1", "unknown keys"),
    ],
)
def test_a_faulty_text_is_refused_and_says_where(found, put, says):
    assert found in LANGUAGE
    known = read_kinds(KIND)
    read_language("en", LANGUAGE, known)
    with pytest.raises(DataInvalid, match=says):
        read_language("en", LANGUAGE.replace(found, put), known)


@pytest.mark.parametrize(
    ("found", "put", "says"),
    [
        ("[product]", "[pigeon]", "not a Channel"),
        ("scope: text", "scope: number", "no type"),
        ("group: stop", "group: stop\n  urgently: true", "unknown keys"),
        ("group: stop", "group: ''", "expected text"),
        ("channels", "many: others\n  channels", "no kind"),
        ("channels", "stays_for: x.view_y\n  channels", "not told"),
    ],
)
def test_a_faulty_kind_is_refused(found, put, says):
    assert found in KIND
    with pytest.raises(DataInvalid, match=says):
        read_kinds(KIND.replace(found, put))


def test_one_event_belongs_to_one_kind():
    with pytest.raises(DataInvalid, match="two kinds"):
        read_kinds(KIND + KIND.replace("halted:", "stopped:"))


def test_urgent_ones_and_those_that_stay_are_few_and_go_by_mail():
    urgent = {name for name, kind in kinds().items() if kind.urgent}
    stay = {name for name, kind in kinds().items() if kind.stays_for}
    assert urgent == {"halt_placed", "halt_lifted", "ledger_alarm"}
    assert stay == urgent | {"ledger_alarm_cleared"}
    assert all({Channel.PRODUCT, Channel.MAIL} <= kinds()[name].channels for name in stay)
