"""The database itself refuses to change these records."""

from django.db import migrations

KEPT_FOR_EVER = [
    "models_registry_classification",
    "models_registry_mandateuse",
    "models_registry_levelchange",
    "models_registry_historicalaisystem",
    "models_registry_historicaldecisiontype",
    "models_registry_historicalhalt",
    "models_registry_historicalmandate",
    "models_registry_historicalmodelversion",
]


def protect(table):
    return migrations.RunSQL(
        f"SELECT countersign_make_append_only('{table}')",
        f"DROP TRIGGER append_only_rows ON {table}; DROP TRIGGER append_only_table ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_append_only"), ("models_registry", "0001_records")]

    operations = [protect(table) for table in KEPT_FOR_EVER]
