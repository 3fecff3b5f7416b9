"""The database refuses, at commit, a change that the ledger was not told of."""

from django.db import migrations

RECORDED = ["aisystem", "decisiontype", "halt", "mandate", "modelversion"]
WRITTEN_ONCE = ["classification", "mandateuse"]


def watch_recorded(model):
    return (
        f"SELECT countersign_watch_recorded('models_registry_{model}', "
        f"'models_registry_historical{model}', 'models_registry.{model}')"
    )


def watch_written_once(model):
    return (
        f"SELECT countersign_watch('models_registry_{model}', 'entered_row', 'INSERT', "
        f"'countersign_row_is_entered', 'models_registry.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_entered"), ("models_registry", "0002_append_only")]
    replaces = [
        ("models_registry", "0004_approved_by_motion"),
        ("models_registry", "0005_guards_of_approvals"),
        ("models_registry", "0006_levels"),
        ("models_registry", "0007_limits_of_mandates_and_scope_of_halts"),
        ("models_registry", "0008_load_template"),
    ]

    operations = [
        *[migrations.RunSQL(watch_recorded(model)) for model in RECORDED],
        *[migrations.RunSQL(watch_written_once(model)) for model in WRITTEN_ONCE],
    ]
