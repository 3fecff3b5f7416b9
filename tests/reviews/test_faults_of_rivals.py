"""Faults that products of this kind are known for, each by name, each shut here."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from governance.models import LedgerEntry, Refusal, ReviewerRole
from governance.services.accounts import assign_role
from reviews.errors import AlreadyExecuted, NotYourClaim, OutcomeNotPermitted, PermitSpent
from reviews.models import Case, Execution, Permit, PermitUse, Verdict, VerdictKind
from reviews.services.claiming import claim_case, release_lapsed_claim
from reviews.services.deciding import record_verdict
from reviews.services.escalation import escalate_late_case
from reviews.services.executing import Act, consume_permit, record_execution, renew_permit
from reviews.tasks import escalate_overdue_cases, release_lapsed_claims
from tests.factories import (
    LONG_AGO,
    NOON,
    SETUP,
    build_world,
    change,
    join,
    make_person,
    policy_text,
    qualify,
    ruling,
)
from tests.governance.api.calling import Caller, at, integrator
from tests.reviews.written import TRACES_OF_REFUSAL, refused, state_of_tables

pytestmark = pytest.mark.django_db

UPHOLD = {"claim": 1, "kind": "uphold", "reason_code": "agrees", "reason_text": ""}


@pytest.fixture
def world():
    return build_world()


def with_every_right(world, person):
    """A reviewer's role, the queue, the proof: all but the distance to the decision."""
    for slug in ("reviewer", "auditor"):
        role = ReviewerRole.objects.get(slug=slug)
        assign_role(person=person, role=role, actor=SETUP, now=LONG_AGO)
    join(world.first_line, person)
    qualify(person, world.system)
    return person


class TestTheActingAgentApprovesItself:
    def test_its_key_opens_no_verb_of_a_reviewer(self, world):
        case = world.open_case()
        program = integrator(world)
        before = state_of_tables(except_for=TRACES_OF_REFUSAL)

        for verb in ("claim", "verdict", "judgement", "release", "heartbeat", "escalate"):
            answer = program.post(f"cases/{case.pk}/{verb}", UPHOLD)
            assert (answer.status, answer.code) == (403, "permission_denied"), verb
        assert program.post("queues/first-line/claim-next").status == 403

        assert state_of_tables(except_for=TRACES_OF_REFUSAL) == before
        actors = set(Refusal.objects.values_list("actor", flat=True))
        assert actors == {f"client:{world.client.pk}"}

    @pytest.mark.parametrize("who", ["the program's owner", "the system's owner", "the author"])
    def test_neither_does_the_person_behind_it(self, world, who):
        person = with_every_right(world, make_person())
        row, field = {
            "the program's owner": (world.client, "owner"),
            "the system's owner": (world.system, "owner"),
            "the author": (world.version, "author"),
        }[who]
        setattr(row, field, person)
        change(row, field)
        case = world.open_case()

        answer = Caller(person=person).post(f"cases/{case.pk}/claim")

        assert (answer.status, answer.code) == (403, "not_separate")
        assert Caller(person=person).post("queues/first-line/claim-next").status == 204
        refusal = Refusal.objects.get()
        assert (refusal.condition, refusal.about_id) == ("separation", case.pk)
        assert not Verdict.objects.exists()

    def test_it_cannot_name_another_as_the_one_who_ruled(self, world):
        case = world.open_case()
        person = Caller(person=world.reviewer)
        person.post(f"cases/{case.pk}/claim")

        for field in ("ruled_by", "reviewer", "person", "actor"):
            body = UPHOLD | {field: str(world.senior.pk)}
            assert person.post(f"cases/{case.pk}/verdict", body).status == 400

        person.post(f"cases/{case.pk}/verdict", UPHOLD)
        assert Verdict.objects.get().ruled_by == world.reviewer


class TestAnActOfTheSystemUnderAPersonsName:
    def test_lapse_escalation_and_end_name_no_person(self, world):
        lapsed, late = world.open_case(), world.open_case()
        claim_case(case_id=lapsed.pk, reviewer=world.reviewer, now=NOON)
        with at(NOON + timedelta(minutes=16)):
            release_lapsed_claims()
        for hours in (5, 10, 15):
            with at(NOON + timedelta(hours=hours)):
                escalate_overdue_cases()

        lapsed.refresh_from_db()
        late.refresh_from_db()
        assert {lapsed.state, late.state} == {Case.State.EXPIRED}
        events = ("reviews.case.claim_lapsed", "reviews.case.escalated", "reviews.case.expired")
        entered = LedgerEntry.objects.filter(event__in=events)
        assert set(entered.values_list("event", flat=True)) == set(events)
        assert all(entry.actor.startswith("system:") for entry in entered)
        for case in (lapsed, late):
            for state in case.history.all():
                assert (state.history_user_id is None) is not state.actor.startswith("person:")
            assert case.history.order_by("history_id").last().history_user_id is None

    def test_a_policys_own_pass_names_no_person(self, world):
        decision = world.submit(outcome="grant", confidence=0.99)
        permit = decision.permits.get()
        entries = LedgerEntry.objects.filter(subject_id__in=[decision.pk, permit.pk])
        assert {entry.actor for entry in entries} == {f"client:{world.client.pk}"}
        assert permit.verdict_ids == []


class TestAnotherPersonResolvesMyClaim:
    @pytest.mark.parametrize("who", ["colleague", "senior"])
    def test_they_neither_rule_nor_give_back_nor_keep_nor_hand_up(self, world, who):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        other = world.senior if who == "senior" else world.reviewers[1]

        with refused(NotYourClaim):
            record_verdict(
                case_id=case.pk,
                reviewer=other,
                claim=1,
                ruling=ruling(VerdictKind.UPHOLD),
                now=NOON,
            )
        for verb in ("verdict", "release", "heartbeat", "escalate"):
            answer = Caller(person=other).post(f"cases/{case.pk}/{verb}", UPHOLD)
            assert (answer.status, answer.code) == (409, "not_your_claim"), verb

        case.refresh_from_db()
        assert case.claimed_by == world.reviewer
        assert not Verdict.objects.exists()


class TestAClaimThatNeverExpires:
    def test_it_ends_with_its_lease_though_nobody_sweeps(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        after = NOON + world.first_line.lease_within
        holder = Caller(person=world.reviewer)

        for verb in ("verdict", "heartbeat", "release", "escalate"):
            answer = holder.post(f"cases/{case.pk}/{verb}", UPHOLD, now=after)
            assert (answer.status, answer.code) == (409, "claim_lapsed"), verb
        assert not Verdict.objects.exists()

    def test_and_the_sweep_gives_the_case_to_others(self, world):
        case = world.open_case()
        claim_case(case_id=case.pk, reviewer=world.reviewer, now=NOON)
        after = NOON + world.first_line.lease_within

        release_lapsed_claim(case_id=case.pk, actor=SETUP, now=after)
        claim_case(case_id=case.pk, reviewer=world.reviewers[1], now=after)

        late = Caller(person=world.reviewer).post(f"cases/{case.pk}/verdict", UPHOLD, now=after)
        assert late.code == "not_your_claim"


class TestOneApprovalForTenIdenticalActions:
    def test_ten_uses_of_one_permit_are_one(self, world):
        permit = world.submit(outcome="grant", confidence=0.99).permits.get()
        consume_permit(token=permit.token, client=world.client, now=NOON)

        for _ in range(9):
            with refused(PermitSpent):
                consume_permit(token=permit.token, client=world.client, now=NOON)

        assert PermitUse.objects.count() == 1

    def test_no_second_permit_is_had_for_it(self, world):
        decision = world.submit(outcome="grant", confidence=0.99)
        permit = decision.permits.get()
        act = Act(outcome="grant", reference="1", executed_at=NOON)
        done = {"decision_id": decision.pk, "token": permit.token, "client": world.client}
        record_execution(**done, act=act, now=NOON)

        with refused(AlreadyExecuted):
            renew_permit(decision_id=decision.pk, client=world.client, now=NOON)
        with refused(AlreadyExecuted):
            record_execution(**done, act=act, now=NOON)

        assert Execution.objects.count() == 1

    def test_ten_identical_decisions_take_ten_verdicts(self, world):
        cases = [world.open_case() for _ in range(3)]
        world.rule(cases[0])
        assert Permit.objects.count() == 1
        states = set(Case.objects.exclude(pk=cases[0].pk).values_list("state", flat=True))
        assert states == {"open"}

    def test_a_permit_of_one_is_no_permit_of_its_twin(self, world):
        first, twin = world.open_case(), world.open_case()
        world.rule(first, VerdictKind.OVERRIDE, outcome="grant")
        token = Permit.objects.get().token

        answer = integrator(world).post(
            f"decisions/{twin.decision_id}/executions",
            {"permit": token, "outcome": "grant", "executed_at": NOON.isoformat()},
        )

        assert (answer.status, answer.code) == (409, "no_permit")
        assert not Execution.objects.exists()


class TestAnApprovalUsedForEditedContent:
    def test_another_outcome_than_was_permitted_is_refused(self, world):
        case = world.open_case()
        world.rule(case)  # the AI's refusal stands
        permit = Permit.objects.get()

        with refused(OutcomeNotPermitted):
            record_execution(
                decision_id=case.decision_id,
                token=permit.token,
                act=Act(outcome="grant", reference="", executed_at=NOON),
                client=world.client,
                now=NOON,
            )

    def test_the_same_external_id_with_other_facts_is_another_content(self, world):
        program = integrator(world)
        body = world.body(outcome="grant", confidence=0.99)
        permit = program.post("decisions", body).body["permit"]

        edited = program.post("decisions", body | {"facts": {"income": 99999.0, "years": 3}})

        assert (edited.status, edited.code) == (409, "external_id_taken")
        used = program.post("permits/consume", {"permit": permit["token"]}).body
        assert used["content"]["facts"] == {"income": 1200.5, "years": 3}
        assert used["digest"] == permit["digest"]

    def test_a_token_with_other_claims_is_no_permit(self, world):
        permit = world.submit(outcome="grant", confidence=0.99).permits.get()
        head, _, signature = permit.token.split(".")
        other = world.submit(outcome="grant", confidence=0.99).permits.get().token.split(".")[1]

        forged = integrator(world).post(
            "permits/consume", {"permit": f"{head}.{other}.{signature}"}
        )

        assert (forged.status, forged.code) == (409, "permit_invalid")
        assert not PermitUse.objects.exists()

    def test_a_reused_key_with_another_body_is_refused(self, world):
        program, key = integrator(world), str(uuid4())
        assert program.post("decisions", world.body(), Idempotency_Key=key).status == 201
        again = program.post("decisions", world.body(), Idempotency_Key=key)
        assert (again.status, again.code) == (422, "idempotency_key_reused")


class TestASecondRouteAroundTheGate:
    @pytest.mark.parametrize(
        "path",
        ["/api/v1/cases/{}/claim", "/cases/{}/claim/", "/admin/reviews/case/{}/claim/"],
    )
    def test_every_door_comes_to_the_same_refusal(self, world, path):
        person = with_every_right(world, make_person())
        world.system.owner = person
        change(world.system, "owner")
        case = world.open_case()
        browser = Client()
        with at(NOON):
            browser.force_login(person)
            answer = browser.post(path.format(case.pk))

        assert answer.status_code == 403
        refusal = Refusal.objects.get()
        assert (refusal.code, refusal.condition, refusal.about_id) == (
            "not_separate",
            "separation",
            case.pk,
        )

    def test_the_administration_edits_no_case_verdict_or_permit(self, world):
        case = world.open_case()
        world.rule(case)
        person = with_every_right(world, make_person(roles=["administrator"]))
        officer = Client()
        with at(NOON):
            officer.force_login(person)
            for row in (case, Verdict.objects.get(), Permit.objects.get()):
                name = row._meta.model_name
                for page in ("change", "delete"):
                    path = f"/admin/reviews/{name}/{row.pk}/{page}/"
                    assert officer.post(path, {"post": "yes"}).status_code == 403, path
                assert officer.post(f"/admin/reviews/{name}/add/", {}).status_code == 403

    def test_no_command_rules_claims_or_permits(self):
        """Commands are doors too; which verbs they call is the table's to say."""
        from tests.authorisation.verbs import CLAIM, GATE, VERBS

        for name, verb in VERBS.items():
            if verb.guard in (GATE, CLAIM):
                assert not any(door.endswith("management") for door in verb.doors), name


class TestATimeOutThatApproves:
    @pytest.mark.parametrize("fail_safe", ["hold", "refuse"])
    @pytest.mark.parametrize("outcome", ["grant", "refuse"])
    def test_the_ladders_end_permits_nothing(self, fail_safe, outcome):
        world = build_world(text=policy_text(fail_safe=fail_safe, rules=" []"))
        case = world.open_case(outcome=outcome, confidence=0.99)
        for hours in (5, 10, 15, 20):
            escalate_late_case(case_id=case.pk, actor=SETUP, now=NOON + timedelta(hours=hours))

        case.refresh_from_db()
        assert (case.state, case.final_outcome) == ("expired", "")
        assert not Permit.objects.exists()
        later = NOON + timedelta(days=30)
        asked = integrator(world).post(f"decisions/{case.decision_id}/permit", now=later)
        assert (asked.status, asked.code) == (409, "no_permit")

    def test_one_of_two_ballots_and_silence_is_no_approval(self):
        world = build_world(text=policy_text(verdicts=2, rules=" []"))
        case = world.open_case(outcome="grant")
        world.rule(case)
        for hours in (5, 10, 15):
            escalate_late_case(case_id=case.pk, actor=SETUP, now=NOON + timedelta(hours=hours))

        case.refresh_from_db()
        assert (case.state, case.final_outcome) == ("expired", "")
        assert not Permit.objects.exists()
