"""Verifications of the ledger: when, of what, and what they found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.admin.base import ReadOnlyAdmin
from governance.admin.show import NOTHING, listing, pretty_json
from governance.ledger.verify import MEANINGS, Fault
from governance.models import VerificationRun


@admin.register(VerificationRun)
class VerificationRunAdmin(ReadOnlyAdmin):
    list_display = ["requested_at", "is_whole", "state", "is_sound", "size", "entries", "took"]
    list_filter = ["state", "is_whole"]
    ordering = ["-requested_at"]
    fields = [
        "requested_at", "finished_at", "state", "is_whole", "is_sound", "since", "size", "entries",
        "fault_count", "faults", "erasures", "looked_at", "trees_shown", "failure",
    ]  # fmt: skip

    @admin.display(description=_("sound"), boolean=True)
    def is_sound(self, row: VerificationRun) -> bool | None:
        return row.fault_count == 0 if row.state == VerificationRun.State.DONE else None

    @admin.display(description=_("took"))
    def took(self, row: VerificationRun) -> str:
        if row.finished_at is None:
            return NOTHING
        return str(row.finished_at - row.requested_at).partition(".")[0]

    @admin.display(description=_("faults, the first bad entry first"))
    def faults(self, row: VerificationRun) -> str:
        return listing(_in_words(row.findings))

    @admin.display(description=_("payloads lawfully erased"))
    def erasures(self, row: VerificationRun) -> str:
        said = gettext("Entry %(entry)s is valid, its payload %(payload)s erased on %(at)s.")
        return listing(said % erased for erased in row.erased)

    @admin.display(description=_("what was looked at, and how often"))
    def looked_at(self, row: VerificationRun) -> str:
        return pretty_json(row.counts)

    @admin.display(description=_("the logs as they stood"))
    def trees_shown(self, row: VerificationRun) -> str:
        return pretty_json(row.trees)


def _in_words(findings: list[dict[str, Any]]) -> Iterator[str]:
    for said in findings:
        fault = Fault.from_json(said)
        yield f"{fault} ({MEANINGS[fault.wrong]})"
