"""The letter: made from the frozen record, sealed, sent once, and gone with an erasure."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from pypdf import PdfReader

from governance.errors import InputInvalid
from governance.evidence.registry import Asked, scope_of
from governance.ledger import record
from governance.ledger.payloads import read_payload
from governance.models import LedgerEntry, Payload
from governance.reports.letter import letter_html, letter_pdf
from governance.services.erasure import erase_subject
from governance.services.verifying.whole import verify_ledger
from reviews.errors import (
    ContestationClosed,
    ContestationOpen,
    JudgementMissing,
    LetterMissing,
    LetterSent,
    SubjectErased,
)
from reviews.models import VerdictKind
from reviews.services.contesting import withdraw_contestation
from reviews.services.executing import Act, confirm_undone
from reviews.services.letters import Channel, Words, make_letter, mark_letter_sent, open_letter
from tests.factories import NOON, SETUP, build_world, change, make_person
from tests.governance.api.calling import Caller, integrator
from tests.reviews.contested import (
    LATER,
    STATEMENT,
    carry_out,
    contest,
    contested,
    passing_world,
    ruled,
    settled,
)
from tests.reviews.written import Written, person, refused

pytestmark = pytest.mark.django_db


def make(world, contestation, *, now=LATER, **words):
    return make_letter(
        contestation_id=contestation.pk, words=Words(**words), person=world.officer, now=now
    )


def send(world, contestation, *, sent_at=LATER, now=LATER):
    return mark_letter_sent(
        contestation_id=contestation.pk,
        sent_at=sent_at,
        channel=Channel.POST,
        person=world.officer,
        now=now,
    )


def text_of(contestation):
    """All that the letter says, from its page, without markup."""
    html = letter_html(open_letter(contestation))
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html.partition("<main")[2]))


def reversed_one(world):
    decision = settled(world)
    carry_out(world, decision)
    _, contestation = ruled(world, contest(world, decision), VerdictKind.REVERSE, "grant")
    return contestation


def test_it_is_sealed_under_the_person_and_entered():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    written = Written()

    contestation = make(world, contestation, salutation="Dear Ms Example,", contact="Room 4")

    payload = Payload.objects.get(pk=contestation.letter_id)
    assert (payload.kind, payload.subject_id) == ("letter", contestation.decision.subject_id)
    content = read_payload(payload.pk)
    assert (content["salutation"], content["contact"]) == ("Dear Ms Example,", "Room 4")
    assert written.entries() == [("reviews.contestation.letter_made", person(world.officer))]
    assert LedgerEntry.objects.latest("id").payload_id == payload.pk
    assert b"Example" not in bytes(LedgerEntry.objects.latest("id").leaf)


def test_it_tells_decision_data_role_factors_people_result_and_next_steps():
    world = build_world()
    contestation = make(world, reversed_one(world))

    text = text_of(contestation)

    for said in (
        "We have changed the decision. It was “Refuse”; it is now “Grant”.",
        "read what you told us before anything else",
        "Our reason Contradicts the evidence In words The letter says otherwise.",
        "we ordered that this be undone. By 24 November 2026 this had not yet been confirmed",
        "Your statement reached us on 24 November 2026",
        STATEMENT,
        "Kind of decision Loan approval",
        "It has legal effect for you.",
        "Monthly income 1200.5 EUR Sent by Lending engine",
        "letter I would like a loan.",
        "The AI system Lending, version 1.0.0, proposed “Refuse”. It stated a confidence of 80",
        "a person had to rule, and could rule otherwise",
        "Income 1200.5 spoke against “Refuse” strong",
        "a person with the role of reviewer agreed with the proposal",
        "complaint with a supervisory authority",
        "go to court",
        "Articles 12(3), 15(1)(h) and 22(3)",
    ):
        assert said in text, said
    assert "complian" not in text
    assert world.reviewer.display_name not in text
    assert world.senior.display_name not in text


def test_it_says_when_the_undoing_was_confirmed():
    world = build_world()
    contestation = reversed_one(world)
    confirm_undone(
        decision_id=contestation.decision_id,
        act=Act("grant", "u", LATER),
        client=world.client,
        now=LATER,
    )

    text = text_of(make(world, contestation))

    assert "It was confirmed to us as undone on 24 November 2026." in text


def test_it_is_honest_where_no_person_had_ruled_and_no_explanation_came():
    world = passing_world()
    decision = world.submit(explanation={})
    _, contestation = ruled(world, contest(world, decision))

    text = text_of(make(world, contestation))

    assert "It stands: “Refuse”." in text
    assert "No person had ruled on the decision before you contested it." in text
    assert "sent no explanation of what counted" in text
    assert "took effect without a person" in text
    assert "By now nothing had been carried out." in text


def test_after_an_override_it_tells_what_people_had_ruled():
    world = build_world()
    _, contestation = ruled(world, contested(world, VerdictKind.OVERRIDE, "grant"))

    text = text_of(make(world, contestation))

    assert "It stands: “Grant”." in text
    assert "Outcome you contested Grant" in text
    assert "ruled otherwise than proposed: “Grant”" in text


def test_a_later_name_of_the_outcome_does_not_rewrite_it():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    kind = world.decision_type
    kind.name = "Credit decision"
    kind.outcomes = [{**one, "label": one["label"].upper()} for one in kind.outcomes]
    record.keep(kind, "test.type.renamed", actor=SETUP, at=LATER, fields=["name", "outcomes"])

    text = text_of(make(world, contestation))

    assert "Kind of decision Loan approval" in text
    assert "REFUSE" not in text


def test_what_an_input_holds_is_text_and_never_markup():
    world = build_world()
    case = world.open_case(input={"<b>note</b>": "<script>alert(1)</script> #eval(1) $x$"})
    world.rule(case)
    _, contestation = ruled(world, contest(world, case.decision))
    letter = open_letter(make(world, contestation))

    assert "<script>" not in letter_html(letter)
    pdf = PdfReader(io.BytesIO(letter_pdf(letter)))
    assert "#eval(1) $x$" in " ".join(page.extract_text() for page in pdf.pages)


def test_the_same_letter_gives_the_same_bytes():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    letter = open_letter(make(world, contestation))

    assert letter_pdf(letter) == letter_pdf(letter)
    assert type(letter).from_json(json.loads(json.dumps(letter.to_json()))) == letter


def test_it_is_made_again_until_it_was_sent():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    make(world, contestation, closing="First.")
    again = make(world, contestation, closing="Second.")
    assert open_letter(again).closing == "Second."
    written = Written()

    sent = send(world, contestation)

    assert (sent.sent_at, sent.sent_by) == (LATER, world.officer)
    assert written.entries() == [("reviews.contestation.letter_sent", person(world.officer))]
    leaf = json.loads(bytes(LedgerEntry.objects.latest("id").leaf))["body"]
    commitment = Payload.objects.get(pk=again.letter_id).commitment
    assert (leaf["channel"], leaf["commitment"]) == ("post", bytes(commitment).hex())
    with refused(LetterSent):
        make(world, contestation)
    with refused(LetterSent):
        send(world, contestation)


def still_open(world):
    return contested(world)


def withdrawn(world):
    contestation = contested(world)
    withdraw_contestation(contestation_id=contestation.pk, actor=SETUP, now=LATER)
    return contestation


def erased(world):
    _, contestation = ruled(world, contested(world))
    erase_subject(
        subject_id=contestation.decision.subject_id,
        ground="Art. 17",
        person=world.officer,
        now=LATER,
    )
    return contestation


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        (still_open, ContestationOpen),
        (withdrawn, ContestationClosed),
        (erased, SubjectErased),
    ],
)
def test_without_a_result_or_a_person_no_letter_is_made(prepare, refusal):
    world = build_world()
    contestation = prepare(world)

    with refused(refusal):
        make(world, contestation)
    with refused(LetterMissing):
        send(world, contestation)


@pytest.mark.parametrize(
    "words",
    [
        {"salutation": " "},
        {"salutation": "x" * 201},
        {"closing": ""},
        {"closing": "x" * 3001},
        {"contact": "x" * 601},
    ],
)
def test_the_officers_words_are_bounded(words):
    world = build_world()
    _, contestation = ruled(world, contested(world))

    with refused(InputInvalid) as refusal:
        make(world, contestation, **words)
    assert [fault.pointer for fault in refusal.value.errors] == [f"/{next(iter(words))}"]


@pytest.mark.parametrize("sent_at", [NOON, LATER + timedelta(hours=1)])
def test_it_is_sent_after_it_was_made_and_not_in_the_future(sent_at):
    world = build_world()
    _, contestation = ruled(world, contested(world))
    make(world, contestation)

    with refused(InputInvalid):
        send(world, contestation, sent_at=sent_at)


def in_any_table(needle):
    """The tables in which a text stands in the clear."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{needle}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
            # Bytes are shown in hex.
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s',
                [f"%{needle.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table} (bytes)")
    return found


def test_erasing_the_person_erases_statement_and_letter_and_the_ledger_still_verifies():
    world = build_world()
    contestation = reversed_one(world)
    officer = Caller(person=world.officer)
    words = {"salutation": "Dear Ms Plaintext,"}
    path = f"contestations/{contestation.pk}"
    assert officer.post(f"{path}/letter", words, now=LATER, Idempotency_Key="k").status == 200
    assert officer.get(f"{path}/letter.pdf", now=LATER).kind == "application/pdf"
    assert officer.get(f"{path}/letter.html", now=LATER).status == 200

    # Sealed from the first moment: no table holds either in the clear.
    assert in_any_table("second income") == []
    assert in_any_table("Plaintext") == []
    erase_subject(
        subject_id=contestation.decision.subject_id,
        ground="Asked for under GDPR Art. 17(1)(a).",
        person=world.officer,
        now=LATER,
    )

    assert not Payload.objects.exists()
    assert officer.get(f"{path}/letter.pdf", now=LATER).code == "letter_missing"
    assert verify_ledger().faults == []


@pytest.mark.parametrize(
    ("who", "made", "read"),
    [("officer", 200, 200), ("client", 403, 200), ("reviewer", 403, 403), ("stranger", 403, 404)],
)
def test_who_makes_sends_and_fetches_it(who, made, read):
    world = build_world()
    _, contestation = ruled(world, contested(world))
    make(world, contestation)
    if who == "stranger":
        world.client.systems = ["hiring"]
        change(world.client, "systems")
    caller = (
        integrator(world) if who in ("client", "stranger") else Caller(person=getattr(world, who))
    )
    path = f"contestations/{contestation.pk}"

    assert caller.post(f"{path}/letter", {}, now=LATER).status == made
    sent = {"sent_at": LATER.isoformat(), "channel": "portal"}
    assert caller.post(f"{path}/sent", sent, now=LATER).status == made
    for form in ("html", "pdf"):
        answer = caller.get(f"{path}/letter.{form}", now=LATER)
        assert answer.status == read
        if read == 200:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Disposition"] == f'attachment; filename="letter.{form}"'


def readable_payloads(person, contestation):
    """The kinds of the sealed content that an evidence bundle would give the person."""
    asked = Asked(about_id=contestation.decision_id, person=person, at=LATER)
    kinds = set()
    for payloads in scope_of("decision", asked).payloads:
        kinds |= set(payloads.values_list("kind", flat=True))
    return kinds


def test_a_bundle_gives_statement_and_letter_to_those_who_answer_alone():
    world = build_world()
    _, contestation = ruled(world, contested(world))
    contestation = make(world, contestation)

    assert readable_payloads(world.officer, contestation) == {"verdict", "statement", "letter"}
    assert readable_payloads(world.senior, contestation) == {"verdict"}
    auditor = make_person(roles=["auditor"])
    assert readable_payloads(auditor, contestation) == {"verdict"}


def test_whoever_has_yet_to_read_the_statement_gets_no_bundle():
    world = build_world()
    contestation = contested(world)

    with pytest.raises(JudgementMissing):
        readable_payloads(world.senior, contestation)
