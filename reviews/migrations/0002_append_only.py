"""The database itself refuses to change these records."""

from django.db import migrations

KEPT_FOR_EVER = [
    "reviews_decision",
    "reviews_evaluation",
    "reviews_withdrawal",
    "reviews_groundtruth",
    "reviews_escalation",
    "reviews_verdict",
    "reviews_priorjudgement",
    "reviews_reversal",
    "reviews_permit",
    "reviews_permituse",
    "reviews_permitvoid",
    "reviews_execution",
    "reviews_recusal",
    "reviews_statementreading",
    "reviews_simulationresult",
    "reviews_monitorrun",
    "reviews_historicalauditrate",
    "reviews_historicalcontestation",
    "reviews_historicalmonitoralarm",
    "reviews_historicalreversalalarm",
    "reviews_historicalshadow",
    "reviews_historicalsimulation",
    "reviews_historicalstaffingalarm",
    "reviews_historicalcase",
    "reviews_historicalqueue",
    "reviews_historicalqueuemembership",
]


def protect(table):
    return migrations.RunSQL(
        f"SELECT countersign_make_append_only('{table}')",
        f"DROP TRIGGER append_only_rows ON {table}; DROP TRIGGER append_only_table ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_append_only"), ("reviews", "0001_records")]

    operations = [protect(table) for table in KEPT_FOR_EVER]
