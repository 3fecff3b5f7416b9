"""Two who publish a policy's next version, or save its draft, at once: one does, one is told."""

from functools import partial

import pytest

from governance.models import Motion, PolicyDraft, PolicyVersion
from governance.services.motions import cast_ballot, move
from governance.services.policies import VersionChanged
from governance.services.policy_drafts import DraftChanged, save_draft
from models_registry.motions import policies
from tests.factories import NOON, build_world, make_person, policy_text
from tests.races.together import codes, together, won

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_publications_at_once_one_wins_and_the_other_is_told_that_the_version_changed():
    world = build_world()
    motions = [
        move(
            act=policies.NAME,
            content=policies.content_of(world.policy, policy_text(verdicts=verdicts)),
            reason="It is time.",
            mover=world.officer,
            now=NOON,
        )
        for verdicts in (2, 3, 4)
    ]
    voters = [make_person(roles=["compliance-officer"]) for _ in motions]

    results = together(
        [
            partial(cast_ballot, motion_id=motion.pk, voter=voter, choice="approve", reason="",
                    digest=motion.digest, now=NOON)
            for motion, voter in zip(motions, voters, strict=True)
        ]
    )  # fmt: skip

    (winner,) = won(results)
    assert codes(results) == {VersionChanged.code}
    newest = PolicyVersion.objects.newest_first().first()
    assert (newest.number, newest.motion) == (2, winner)
    assert Motion.objects.filter(state=Motion.State.PENDING).count() == 2
    assert not Motion.objects.pending().filter(ballots__isnull=False).exists()


def test_of_two_who_save_a_draft_at_once_one_is_told_that_it_is_another():
    world = build_world()
    texts = [policy_text(verdicts=verdicts) for verdicts in (2, 3, 4)]

    results = together(
        [
            partial(save_draft, policy=world.policy, text=text, revision=0, author=world.officer,
                    now=NOON)
            for text in texts
        ]
    )  # fmt: skip

    (saved,) = won(results)
    assert codes(results) == {DraftChanged.code}
    assert PolicyDraft.objects.get().text == saved.text
