"""The sealed log: its keys and checkpoints, who witnesses it, and its alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.acts import Act, Done
from governance.admin.base import LargeTableAdmin, ReadOnlyAdmin, RecordedAdmin
from governance.admin.show import NOTHING, listing, text_block, words
from governance.models import (
    Actor,
    Checkpoint,
    CheckpointKey,
    Cosignature,
    LedgerAlarm,
    User,
    Witness,
)
from governance.selectors.published import cosigned_note, with_cosignatures
from governance.services.witnesses import distrust_witness, trust_witness


@admin.register(CheckpointKey)
class CheckpointKeyAdmin(ReadOnlyAdmin):
    """The public halves; each introduction and retirement is an entry of the ledger."""

    list_display = ["verifier", "introduced_at", "retired_at", "in_use"]
    list_select_related = ["log"]
    ordering = ["-introduced_at"]
    fields = ["verifier", "log", "introduced_at", "retired_at", "in_use"]

    @admin.display(description=_("in use"), boolean=True)
    def in_use(self, row: CheckpointKey) -> bool:
        return row.retired_at is None


@admin.register(Checkpoint)
class CheckpointAdmin(LargeTableAdmin):
    list_display = ["signed_at", "size", "root_hash", "witnesses"]
    uuid_search = ["id"]
    search_fields = ["=size"]
    search_help_text = _("An exact size of the tree")
    fields = ["log", "size", "root_hash", "signed_at", "note_shown", "witnesses", "stamp"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        checkpoints: QuerySet[Any] = super().get_queryset(request)
        return with_cosignatures(checkpoints).select_related("timestamp")

    @admin.display(description=_("root"))
    def root_hash(self, row: Checkpoint) -> str:
        return bytes(row.root).hex()

    @admin.display(description=_("cosigned by"))
    def witnesses(self, row: Checkpoint) -> str:
        return words(cosignature.witness for cosignature in row.cosignatures.all())

    @admin.display(description=_("note, as published, with its cosignatures"))
    def note_shown(self, row: Checkpoint) -> str:
        return text_block(cosigned_note(row).decode())

    @admin.display(description=_("time stamp"))
    def stamp(self, row: Checkpoint) -> str:
        timestamp = getattr(row, "timestamp", None)
        if timestamp is None:
            return NOTHING
        return f"{timestamp.stamped_at:%Y-%m-%d %H:%M:%S} UTC, {timestamp.authority}"


class TrustWitness(Act):
    name = "trust"
    label = _("Take the witness on again")
    explanation = _("From now on its cosignatures are taken again.")
    permission = "governance.trust_witness"

    def fits(self, row: Witness) -> bool:
        return row.distrusted_at is not None

    def carry_out(self, row: Witness, form: Any, *, person: User, now: datetime) -> Done:
        trust_witness(verifier=row.verifier, url=row.url, actor=Actor.of(person), now=now)
        return Done(gettext("The witness is trusted again."))


class DistrustWitness(Act):
    name = "distrust"
    label = _("Dismiss the witness")
    explanation = _("From now on none of its cosignatures is taken. Those that it gave stay.")
    permission = "governance.trust_witness"
    is_grave = True

    def fits(self, row: Witness) -> bool:
        return row.distrusted_at is None

    def carry_out(self, row: Witness, form: Any, *, person: User, now: datetime) -> Done:
        distrust_witness(witness=row, actor=Actor.of(person), now=now)
        return Done(gettext("The witness was dismissed."))


@admin.register(Witness)
class WitnessAdmin(RecordedAdmin):
    list_display = ["name", "trusted_at", "is_trusted", "cosigned_at", "url"]
    ordering = ["verifier"]
    add_fields = ["verifier", "url"]
    shown_fields = ["verifier", "url", "trusted_at", "distrusted_at", "is_trusted", "newest"]
    add_perm = "governance.trust_witness"
    acts = [TrustWitness(), DistrustWitness()]
    field_forms = {
        # The verb says which addresses may be called.
        "url": lambda: forms.CharField(
            label=_("Address"),
            required=False,
            help_text=_("Where it is asked to cosign; empty: it comes by itself"),
        )
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        witnesses: QuerySet[Any] = super().get_queryset(request)
        newest = Cosignature.objects.filter(witness=OuterRef("pk")).order_by("-checkpoint_id")
        cosigned: QuerySet[Any] = witnesses.annotate(
            last=Subquery(newest.values("cosigned_at")[:1])
        )
        return cosigned

    def add_by_verb(self, form: Any, *, person: User, now: datetime) -> Witness:
        return trust_witness(**form.cleaned_data, actor=Actor.of(person), now=now)

    @admin.display(description=_("name"))
    def name(self, row: Witness) -> str:
        return str(row)

    @admin.display(description=_("trusted"), boolean=True)
    def is_trusted(self, row: Witness) -> bool:
        return row.distrusted_at is None

    @admin.display(description=_("cosigned last"))
    def cosigned_at(self, row: Any) -> datetime | None:
        last: datetime | None = row.last
        return last

    @admin.display(description=_("newest cosignatures"))
    def newest(self, row: Witness) -> str:
        newest = row.cosignatures.select_related("checkpoint").order_by("-checkpoint_id")[:5]
        return listing(
            f"{one.checkpoint}, {one.cosigned_at:%Y-%m-%d %H:%M:%S} UTC" for one in newest
        )


@admin.register(LedgerAlarm)
class LedgerAlarmAdmin(ReadOnlyAdmin):
    list_display = ["kind", "detail", "raised_at", "cleared_at", "is_open"]
    list_filter = ["kind"]
    ordering = ["-raised_at"]
    fields = ["kind", "detail", "advice", "raised_at", "cleared_at"]

    @admin.display(description=_("open"), boolean=True)
    def is_open(self, row: LedgerAlarm) -> bool:
        return row.cleared_at is None

    @admin.display(description=_("what to do"))
    def advice(self, row: LedgerAlarm) -> str:
        return str(row.advice)
