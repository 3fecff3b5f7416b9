"""Whether those who ruled were competent, and how many of a queue's reviewers are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from governance.models import Qualification, User
from governance.rights import Proof
from models_registry.models import ModelVersion
from reviews.models import Queue, QueueMembership, Verdict
from reviews.selectors.recent import since


def competent() -> Q:
    """Verdicts under a proof that was the person's, for the version, and valid at the time."""
    return Q(
        Q(qualification__model_version="")
        | Q(qualification__model_version=F("case__decision__model_version__version")),
        Q(qualification__valid_until=None) | Q(qualification__valid_until__gt=F("ruled_at")),
        qualification__system=F("case__decision__system__slug"),
        qualification__person=F("ruled_by"),
        qualification__valid_from__lte=F("ruled_at"),
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """Competence coverage (M14) of one queue: verdicts, and those by a competent person."""

    verdicts: int = 0
    competent: int = 0

    @property
    def rate(self) -> float | None:
        """0.0 to 1.0; None where nobody ruled."""
        return self.competent / self.verdicts if self.verdicts else None


def coverage_of(queues: Collection[UUID], start: datetime, end: datetime) -> dict[UUID, Covered]:
    """The coverage of each queue from `start` to before `end`, by the queue where the case is now.

    One query, bound to the period.
    """
    verdicts = Verdict.objects.filter(
        since(start, "ruled_at"), ruled_at__lt=end, case__queue__in=queues
    )
    rows = verdicts.values("case__queue").annotate(
        n=Count("pk"), held=Count("pk", filter=competent())
    )
    found = {row["case__queue"]: Covered(row["n"], row["held"]) for row in rows}
    return {queue: found.get(queue, Covered()) for queue in queues}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Who of a queue's reviewers may look at one version now. `lacking`: those who may not."""

    version: ModelVersion
    reviewers: int
    lacking: tuple[User, ...]

    @property
    def qualified(self) -> int:
        return self.reviewers - len(self.lacking)


def readiness_of(
    queues: Sequence[Queue], served: Mapping[UUID, Sequence[ModelVersion]], now: datetime
) -> dict[UUID, tuple[Readiness, ...]]:
    """Per queue and version that comes before it (`served`), which reviewers lack a proof.

    Two queries, whatever the number of queues, people and versions. Closed accounts do not count.
    """
    members: defaultdict[UUID, list[User]] = defaultdict(list)
    memberships = QueueMembership.objects.filter(queue__in=queues, person__is_active=True)
    for row in memberships.select_related("person").order_by("person__display_name", "id"):
        members[row.queue_id].append(row.person)
    proofs: defaultdict[UUID, list[Proof]] = defaultdict(list)
    people = {person.pk for ones in members.values() for person in ones}
    for proof in Qualification.objects.in_force(now).filter(person__in=people):
        proofs[proof.person_id].append(Proof(proof.pk, proof.system, proof.model_version))
    return {
        queue.pk: tuple(
            Readiness(version, len(members[queue.pk]), _lacking(version, members[queue.pk], proofs))
            for version in served.get(queue.pk, ())
        )
        for queue in queues
    }


def _lacking(
    version: ModelVersion, members: Sequence[User], proofs: Mapping[UUID, Sequence[Proof]]
) -> tuple[User, ...]:
    return tuple(
        person
        for person in members
        if not any(
            proof.covers(version.system.slug, version.version)
            for proof in proofs.get(person.pk, ())
        )
    )
