"""A faulty decision is refused with a status and code of its own, names the field, and leaves
nothing behind in any table."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import World, build_world
from tests.governance.api.calling import PROBLEM, integrator
from tests.governance.api.expected import Expected, check_refused, invalid, unfit
from tests.reviews.written import TRACES_OF_REFUSAL, state_of_tables

pytestmark = pytest.mark.django_db

KB = 1024
NOTHING = object()


def changed(**fields: Any) -> Callable[[World], bytes]:
    """The body of a good decision with some fields otherwise; NOTHING leaves one out."""

    def body(world: World) -> bytes:
        whole = world.body(**fields)
        return json.dumps({k: v for k, v in whole.items() if v is not NOTHING}).encode()

    return body


def spliced(place: bytes, raw: bytes) -> Callable[[World], bytes]:
    """The body of a good decision in whose JSON text `place` is replaced by `raw`."""

    def body(world: World) -> bytes:
        text = json.dumps(world.body()).encode()
        assert place in text
        return text.replace(place, raw)

    return body


UNREADABLE = Expected(400, "parse_error")
TOO_LARGE = Expected(413, "body_too_large")
NESTED = b'{"a":' * 33 + b"1" + b"}" * 33

DECISIONS: dict[str, tuple[Callable[[World], bytes], Expected]] = {
    "unknown decision type": (changed(decision_type="unheard-of"), unfit("/decision_type")),
    "unknown model version": (changed(model_version="9.9"), unfit("/model_version")),
    "wrong outcome": (changed(outcome="perhaps"), unfit("/outcome")),
    "confidence above 1": (changed(confidence=1.0000001), invalid("/confidence")),
    "confidence below 0": (changed(confidence=-0.1), invalid("/confidence")),
    "confidence as text": (changed(confidence="0.8"), invalid("/confidence")),
    "confidence as truth": (changed(confidence=True), invalid("/confidence")),
    "no confidence where one is required": (changed(confidence=None), unfit("/confidence")),
    "confidence not a number": (spliced(b"0.8", b"NaN"), UNREADABLE),
    "confidence infinite": (spliced(b"0.8", b"Infinity"), UNREADABLE),
    "confidence beyond a double": (spliced(b"0.8", b"1e999"), UNREADABLE),
    "a whole number beyond 64 bits": (changed(input={"x": 2**63}), UNREADABLE),
    "a number of thousands of digits": (spliced(b"0.8", b"1" * 5000), UNREADABLE),
    "five megabytes": (lambda _: b" " * 5 * KB * KB, TOO_LARGE),
    "one byte too many": (lambda _: b" " * (256 * KB + 1), TOO_LARGE),
    "33 levels": (spliced(b'"income": 1200.5', b'"income": ' + NESTED), UNREADABLE),
    "thousands of levels": (lambda _: b"[" * 100_000 + b"]" * 100_000, UNREADABLE),
    "a doubled key": (spliced(b'"outcome"', b'"outcome": "grant", "outcome"'), UNREADABLE),
    "a doubled key deep inside": (spliced(b'"letter"', b'"letter": 1, "letter"'), UNREADABLE),
    "an escaped NUL": (spliced(b"loan", b"lo\\u0000n"), UNREADABLE),
    "a NUL in a key": (spliced(b'"letter"', b'"let\\u0000ter"'), UNREADABLE),
    "a raw NUL": (spliced(b"loan", b"lo\x00n"), UNREADABLE),
    "half of a surrogate pair": (spliced(b"loan", b"lo\\ud83dn"), UNREADABLE),
    "half of a pair in a key": (spliced(b'"letter"', b'"\\udc00"'), UNREADABLE),
    "not UTF-8": (spliced(b"loan", b"lo\xffn"), UNREADABLE),
    "UTF-16": (lambda world: json.dumps(world.body()).encode("utf-16"), UNREADABLE),
    "cut short": (lambda world: json.dumps(world.body()).encode()[:-5], UNREADABLE),
    "nothing": (
        lambda _: b"",
        invalid("/decision_type", "/model_version", "/external_id", "/occurred_at", "/outcome"),
    ),
    "null": (lambda _: b"null", invalid("")),
    "a list": (lambda _: b"[{}]", invalid("")),
    "a text": (lambda _: b'"decision"', invalid("")),
    "a number": (lambda _: b"1", invalid("")),
    "an unknown field": (changed(outcom="grant"), invalid("/outcom")),
    "a field that is not the caller's": (changed(subject_id="x"), invalid("/subject_id")),
    "an unknown field of the subject": (
        changed(subject={"ref": "a", "name": "b"}),
        invalid("/subject/name"),
    ),
    "an unknown fact": (changed(facts={"income": 1, "colour": "red"}), unfit("/facts/colour")),
    "a fact's name with a slash": (changed(facts={"a/b~c": 1}), unfit("/facts/a~1b~0c")),
    "a fact of the wrong type": (changed(facts={"years": 1.5}), unfit("/facts/years")),
    "a truth for a number": (changed(facts={"income": True}), unfit("/facts/income")),
    "a whole fact beyond a double": (changed(facts={"years": 2**53}), unfit("/facts/years")),
    "a list for a fact": (changed(facts={"income": [1]}), unfit("/facts/income")),
    "too many facts": (changed(facts={f"f{n}": n for n in range(201)}), invalid("/facts")),
    "naive instant": (changed(occurred_at="2026-11-23T11:59:00"), invalid("/occurred_at")),
    "no instant": (changed(occurred_at="yesterday"), invalid("/occurred_at")),
    "a day that is none": (changed(occurred_at="2026-02-30T00:00:00Z"), invalid("/occurred_at")),
    "before the year 1": (
        changed(occurred_at="0001-01-01T00:00:00+23:59"),
        invalid("/occurred_at"),
    ),
    "in the future": (changed(occurred_at="2026-11-23T12:05:01Z"), unfit("/occurred_at")),
    "an impact below 0": (changed(impact=-1), invalid("/impact")),
    "an impact as text": (changed(impact="1"), invalid("/impact")),
    "an impact too exact": (changed(impact=0.00001), invalid("/impact")),
    "an impact too high": (changed(impact=10**15), invalid("/impact")),
    "two faults": (
        changed(outcome="perhaps", facts={"years": "three"}),
        unfit("/outcome", "/facts/years"),
    ),
    "an alternative that is none": (
        changed(alternatives=[{"outcome": "grant"}, {"outcome": "perhaps"}]),
        unfit("/alternatives/1/outcome"),
    ),
    "an alternative without outcome": (
        changed(alternatives=[{"confidence": 0.1}]),
        invalid("/alternatives/0/outcome"),
    ),
    "too many alternatives": (
        changed(alternatives=[{"outcome": "grant"}] * 51),
        invalid("/alternatives"),
    ),
    "an empty external id": (changed(external_id=""), invalid("/external_id")),
    "a long external id": (changed(external_id="x" * 201), invalid("/external_id")),
}

# Each field once with each JSON type that it does not take.
TYPES: dict[str, Any] = {
    "null": None,
    "truth": True,
    "number": 7,
    "text": "seven",
    "list": ["seven"],
    "object": {"seven": 7},
}
TAKES = {
    "decision_type": {"text"},
    "model_version": {"text"},
    "external_id": {"text"},
    "occurred_at": set(),
    "outcome": {"text"},
    "confidence": {"null"},
    "impact": {"null", "number"},
    "facts": {"object"},
    "subject": {"null"},
    "alternatives": set(),
    "input": {"object"},
    "explanation": {"object"},
    "sources": set(),
}
WRONG_TYPES = [
    (field, kind) for field, taken in TAKES.items() for kind in TYPES if kind not in taken
]


@pytest.mark.parametrize(("make", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_a_faulty_decision_is_named_and_leaves_nothing(make, expected):
    world = build_world()
    raw = make(world)
    before = state_of_tables()

    answer = integrator(world).send("POST", "decisions", raw)

    check_refused(answer, expected)
    assert state_of_tables() == before


def test_every_field_refuses_every_other_type_by_name():
    world = build_world()
    caller = integrator(world)
    before = state_of_tables()

    for field, kind in WRONG_TYPES:
        answer = caller.post("decisions", world.body(**{field: TYPES[kind]}))
        assert answer.status == 400, (field, kind)
        assert answer.kind == PROBLEM
        assert all(pointer.startswith(f"/{field}") for pointer in answer.pointers), (field, kind)

    assert state_of_tables() == before


def test_exactly_256_kb_is_taken():
    world = build_world()
    raw = json.dumps(world.body()).encode()

    answer = integrator(world).send("POST", "decisions", raw + b" " * (256 * KB - len(raw)))

    assert answer.status == 201


def test_32_levels_are_taken():
    world = build_world()
    deep: Any = 1
    for _ in range(30):
        deep = [deep]

    assert integrator(world).post("decisions", world.body(input={"deep": deep})).status == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""]
)
def test_another_content_type_is_415(kind):
    world = build_world()
    before = state_of_tables()

    answer = integrator(world).send(
        "POST", "decisions", json.dumps(world.body()).encode(), content_type=kind
    )

    check_refused(answer, Expected(415, "unsupported_media_type"))
    assert state_of_tables() == before


def test_the_same_decision_again_is_the_first_one_and_another_a_conflict():
    world = build_world()
    caller, body = integrator(world), world.body()
    first = caller.post("decisions", body)
    before = state_of_tables(except_for=TRACES_OF_REFUSAL)

    again = caller.post("decisions", body)
    other = caller.post("decisions", body | {"confidence": 0.81})

    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    check_refused(other, Expected(409, "external_id_taken"))
    assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before
