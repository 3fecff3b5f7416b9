"""The new records are guarded like the others, and added columns are compared at commit too."""

from django.db import migrations

RECORDED = ["contestation", "staffingalarm"]
WRITTEN_ONCE = ["recusal", "statementreading"]
GROWN = ["case"]


def guard_recorded(model):
    return [
        f"SELECT countersign_make_append_only('reviews_historical{model}')",
        f"SELECT countersign_watch_recorded('reviews_{model}', "
        f"'reviews_historical{model}', 'reviews.{model}')",
    ]


def guard_written_once(model):
    return [
        f"SELECT countersign_make_append_only('reviews_{model}')",
        f"SELECT countersign_watch('reviews_{model}', 'entered_row', 'INSERT', "
        f"'countersign_row_is_entered', 'reviews.{model}')",
    ]


def compare(model):
    return (
        f"SELECT countersign_compare_columns('reviews_{model}', "
        f"'reviews_historical{model}', 'reviews.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_guards_of_motions_and_rights"),
        ("reviews", "0004_quorums_and_contestations"),
    ]

    operations = [
        *[
            migrations.RunSQL(statement)
            for model in RECORDED
            for statement in guard_recorded(model)
        ],
        *[
            migrations.RunSQL(statement)
            for model in WRITTEN_ONCE
            for statement in guard_written_once(model)
        ],
        *[migrations.RunSQL(compare(model)) for model in GROWN],
    ]
