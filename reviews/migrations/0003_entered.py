"""The database refuses, at commit, a change that the ledger was not told of."""

from django.db import migrations

RECORDED = [
    "auditrate",
    "case",
    "contestation",
    "monitoralarm",
    "queue",
    "queuemembership",
    "reversalalarm",
    "shadow",
    "simulation",
    "staffingalarm",
]
WRITTEN_ONCE = [
    "decision",
    "evaluation",
    "execution",
    "groundtruth",
    "permit",
    "permituse",
    "permitvoid",
    "priorjudgement",
    "recusal",
    "reversal",
    "statementreading",
    "verdict",
    "withdrawal",
]


def watch_recorded(model):
    return (
        f"SELECT countersign_watch_recorded('reviews_{model}', "
        f"'reviews_historical{model}', 'reviews.{model}')"
    )


def watch_written_once(model):
    return (
        f"SELECT countersign_watch('reviews_{model}', 'entered_row', 'INSERT', "
        f"'countersign_row_is_entered', 'reviews.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_entered"), ("reviews", "0002_append_only")]
    replaces = [
        ("reviews", "0004_quorums_and_contestations"),
        ("reviews", "0005_guards_of_contestations"),
        ("reviews", "0006_escalation_by_veto"),
        ("reviews", "0007_registered_by_a_program"),
        ("reviews", "0008_policy_lab"),
        ("reviews", "0009_audits_and_interventions"),
        ("reviews", "0010_monitors"),
        ("reviews", "0011_permits_voided_by_a_halt"),
    ]

    operations = [
        *[migrations.RunSQL(watch_recorded(model)) for model in RECORDED],
        *[migrations.RunSQL(watch_written_once(model)) for model in WRITTEN_ONCE],
    ]
