"""Which ladder a policy names, and what it is told of one that is not there."""

from dataclasses import replace

import pytest

from governance.models import Motion, PolicyVersion
from governance.motions.registry import act_named
from governance.policies import Evaluation, evaluate, explain, parse_policy
from governance.policies.problems import PolicyInvalid
from governance.services.motions import move
from governance.services.policies import PolicyTextInvalid
from models_registry.motions import policies
from reviews.services.derivation import derive_again
from tests.factories import NOON, build_world, change, make_person, policy_text
from tests.governance.api.calling import Caller
from tests.governance.motions.motioning import vote
from tests.governance.policies import builders
from tests.governance.policies.builders import as_text, context, document, facts, policy, rule
from tests.reviews.industries.test_bad_templates import faults_of, folder, spoil
from tests.reviews.ladders.made import give, make_ladder
from tests.reviews.written import refused

__all__ = ["folder"]

VERSIONS = "policies/lending-policy/versions"
NAMED = policy_text().replace("verdicts: 1}", "verdicts: 1, ladder: night}")
OF_A_RULE = """
  - id: grants
    title: Grants are looked at
    when: outcome == "grant" && years < 100
    then: review
    ladder: steep
    reason: They are.
"""


@pytest.mark.parametrize(
    ("when", "said"), [("is_new == false", "steep"), ("is_new", "night"), ("amount > 1.0", "steep")]
)
def test_the_rule_that_sends_for_a_review_names_the_ladder_or_else_the_policy(when, said):
    rules = policy(
        rule(when, "review", ladder="steep"),
        defaults={"queue": "credit", "due_within": "PT4H", "ladder": "night"},
    )

    found = evaluate(rules, facts(), context())

    assert found.ladder == said
    assert Evaluation.from_json(found.to_json()) == found
    assert f'climbs the ladder "{said}"' in " ".join(explain(found))


def test_an_evaluation_from_before_there_were_ladders_reads_as_one_without():
    found = evaluate(policy(rule("is_new", "review")), facts(), context())
    stored = found.to_json()
    del stored["ladder"]

    assert Evaluation.from_json(stored) == found
    assert found.ladder is None


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"defaults": {"queue": "credit", "due_within": "PT4H", "ladder": "nihgt"}},
         "/defaults/ladder", "unknown_ladder"),
        ({"rules": [rule("is_new", "review", ladder="nihgt")]}, "/rules/0/ladder",
         "unknown_ladder"),
        ({"rules": [rule("is_new", "pass", ladder="night")]}, "/rules/0/ladder", "meaningless"),
        ({"rules": [rule("is_new", "review", ladder=7)]}, "/rules/0/ladder", "shape"),
    ],
)  # fmt: skip
def test_a_ladder_that_cannot_be_meant_is_a_fault_with_its_place(changes, pointer, code):
    schema = replace(builders.SCHEMA, ladders=frozenset({"night"}))

    with pytest.raises(PolicyInvalid) as refusal:
        parse_policy(as_text(document() | changes), schema=schema)

    [problem] = refusal.value.problems
    assert (problem.pointer, problem.code) == (pointer, code)
    assert problem.place.line > 1
    if code == "unknown_ladder":
        assert 'mean "night"' in problem.message


def test_an_industry_template_brings_no_ladder_along(folder):
    line, column = spoil(folder, "life.yaml", "due_within:", "ladder: night\n  due_within:")

    assert any(
        f"line {line}, column {column + 8}" in fault and 'no ladder "night"' in fault
        for fault in faults_of(folder)
    )


@pytest.mark.django_db
class TestPublished:
    @pytest.fixture
    def world(self):
        make_ladder("steep", "version: 1\nrungs: [{within: PT1H, raise_priority: 1}]")
        make_ladder("night", "version: 1\nrungs: [{within: PT2H, raise_priority: 2}]\nat_end: hold")
        text = NAMED.replace("rules:\n", "rules:\n" + OF_A_RULE, 1)
        return build_world(text=text.replace("fail_safe: hold", "fail_safe: refuse"))

    def test_a_case_keeps_the_rules_ladder_before_the_policys_and_that_before_the_queues(
        self, world
    ):
        give(world.first_line, make_ladder("of-the-queue"))

        grant = world.open_case(outcome="grant")
        other = world.open_case(outcome="refuse")

        assert (grant.ladder.ladder.slug, grant.fail_safe) == ("steep", "refuse")
        assert (other.ladder.ladder.slug, other.fail_safe) == ("night", "hold")
        row = other.decision.evaluation
        assert derive_again(row) == Evaluation.from_json(row.result)

    def test_a_ladder_that_is_not_there_is_a_fault_at_every_door(self, world):
        text = NAMED.replace("night", "day")
        line = 1 + next(i for i, row in enumerate(text.splitlines()) if "ladder: day" in row)
        column = 1 + text.splitlines()[line - 1].index("day")
        officer = Caller(person=world.officer)
        for path, more in ((f"{VERSIONS[:-8]}validate", {}), (VERSIONS, {"reason": "Now."})):
            answer = officer.post(path, {"text": text, **more})
            assert (answer.status, answer.pointers) == (422, ["/defaults/ladder"])
            said = answer.body["errors"][0]["detail"]
            assert said.startswith(f"Line {line}, column {column}: ")
        saved = officer.post("policies/lending-policy/draft", {"text": text}).body
        assert [p["code"] for p in saved["problems"]] == ["unknown_ladder"]
        assert not Motion.objects.exists()

    def test_a_ladder_that_goes_before_the_last_ballot_stops_it(self, world):
        gone = make_ladder("soon-gone")
        motion = move(
            act=policies.NAME,
            content=policies.content_of(world.policy, NAMED.replace("night", "soon-gone")),
            reason="It is time.",
            mover=world.officer,
            now=NOON,
        )
        # No door does this, for versions are kept for ever; the last ballot asks all the same.
        gone.slug = "other"
        change(gone, "slug")

        assert "soon-gone" in act_named(motion.act).describe(motion).notes[1]
        second = make_person(roles=["compliance-officer"])
        with refused(PolicyTextInvalid):
            vote(motion, second)
        assert PolicyVersion.objects.count() == 1
