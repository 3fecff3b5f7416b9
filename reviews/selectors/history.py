"""What the ledger tells of one decision or case, with the names behind its handles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from governance.models import ApiClient, LedgerEntry, User
from reviews.models import Case, Decision, Verdict
from reviews.selectors.belonging import ROWS
from reviews.selectors.lenders import on_behalf

_MOST = 300


@dataclass(frozen=True, slots=True)
class Told:
    """One ledger entry. `subject`: what it is about. `actor`: a name, or the handle where nobody is
    known behind it, with whose right they used where it was lent: "X for Y". `simulated`: an
    invented person. `body`: as it stands in the leaf."""

    id: UUID
    event: str
    subject: UUID
    at: datetime
    actor: str
    simulated: bool
    body: Mapping[str, Any]
    leaf_hash: str


def history_of(decision: Decision) -> list[Told]:
    """The entries about a decision and all that came of it, oldest first, at most 300.

    Two queries. Each part of the union goes through the ledger's index by subject.
    """
    first, *others = [_about(model, {path: decision.pk}) for model, path in ROWS]
    return _told(list(first.union(*others, all=True).order_by("id")[:_MOST]))


def history_of_case(case: Case) -> list[Told]:
    """The way of one case, oldest first, at most 300 entries: what `way_of` leaves of its
    decision's. Two queries."""
    of_case = _about(Case, {"pk": case.pk}).union(_about(Verdict, {"case": case.pk}), all=True)
    return _told(list(of_case.order_by("id")[:_MOST]))


def way_of(case: Case, history: Iterable[Told]) -> list[Told]:
    """Of its decision's history the entries about the case itself and the verdicts on it."""
    return [
        one
        for one in history
        if one.subject == case.pk
        or (one.event == "reviews.verdict.given" and one.body.get("case") == str(case.pk))
    ]


def _told(entries: list[Any]) -> list[Told]:
    bodies = [orjson.loads(bytes(entry["leaf"]))["body"] for entry in entries]
    lenders = [[f"person:{handle}" for handle in body.get("for", [])] for body in bodies]
    names = _names({entry["actor"] for entry in entries}.union(*lenders))

    def name(label: str) -> str:
        return names.get(label, (label, False))[0]

    return [
        Told(
            id=entry["id"],
            event=entry["event"],
            subject=entry["subject_id"],
            at=entry["at"],
            actor=on_behalf(name(entry["actor"]), [name(one) for one in lent]),
            simulated=names.get(entry["actor"], ("", False))[1],
            body=body,
            leaf_hash=bytes(entry["leaf_hash"]).hex(),
        )
        for entry, body, lent in zip(entries, bodies, lenders, strict=True)
    ]


def _about(model: Any, of_decision: Mapping[str, UUID]) -> QuerySet[LedgerEntry, Any]:
    return LedgerEntry.objects.filter(
        subject_type=model._meta.label_lower,
        subject_id__in=model.objects.filter(**of_decision).values("pk"),
    ).values("id", "event", "subject_id", "at", "actor", "leaf", "leaf_hash")


def _names(labels: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Label to name and whether the person is invented."""
    handles: dict[str, set[str]] = {"person": set(), "client": set(), "system": set()}
    for label in labels:
        kind, _, handle = label.partition(":")
        handles[kind].add(handle)
    names = {f"system:{task}": (f"Countersign, {task}", False) for task in handles["system"]}
    people = User.objects.filter(pseudonym__in=handles["person"]).values_list(
        Concat(Value("person:"), "pseudonym", output_field=CharField()),
        "display_name",
        "is_simulated",
    )
    clients = ApiClient.objects.filter(pk__in=handles["client"]).values_list(
        Concat(Value("client:"), Cast("pk", CharField()), output_field=CharField()),
        "name",
        Value(False),
    )
    for label, name, simulated in people.union(clients, all=True):
        names[label] = (name, simulated)
    return names
