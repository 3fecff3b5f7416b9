"""The database refuses, at commit, a change that the ledger was not told of."""

from django.db import migrations

RECORDED = ["case", "queue", "queuemembership"]
WRITTEN_ONCE = [
    "decision",
    "evaluation",
    "execution",
    "groundtruth",
    "permit",
    "permituse",
    "permitvoid",
    "priorjudgement",
    "reversal",
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

    operations = [
        *[migrations.RunSQL(watch_recorded(model)) for model in RECORDED],
        *[migrations.RunSQL(watch_written_once(model)) for model in WRITTEN_ONCE],
    ]
