"""The hash manifest of a report: which entries of the ledger stand behind its figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BinaryField, Func, Model, QuerySet, TextField, Value
from django.db.models.aggregates import Aggregate

from governance.models import LedgerEntry
from governance.reports.document import ManifestEntry

# SHA-256 of no bytes.
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class _Joined(Aggregate):
    """The leaf hashes of a group, end to end, in the order of the subjects and their entries."""

    function = "string_agg"
    template = "%(function)s(%(expressions)s, ''::bytea ORDER BY subject_id, object_seq)"
    output_field = BinaryField()


def manifest_entry(model: type[Model], rows: QuerySet[Any], cut_off: datetime) -> ManifestEntry:
    """Count of `rows`, and SHA-256 over the leaf hashes of all their entries up to `cut_off`.

    The hash commits to what was entered about each row, in the order of the rows' ids, so that an
    outsider can compute it from an export of the ledger.
    """
    digest = LedgerEntry.objects.filter(
        subject_type=model._meta.label_lower,
        subject_id__in=rows.order_by().values("pk"),
        at__lte=cut_off,
    ).aggregate(
        sha256=Func(
            Func(_Joined("leaf_hash"), function="sha256", output_field=BinaryField()),
            Value("hex"),
            function="encode",
            output_field=TextField(),
        )
    )["sha256"]
    return ManifestEntry(model._meta.label, rows.count(), digest or _EMPTY)
