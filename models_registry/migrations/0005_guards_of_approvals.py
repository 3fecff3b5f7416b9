"""Added columns are compared at commit too."""

from django.db import migrations


def compare(model):
    return (
        f"SELECT countersign_compare_columns('models_registry_{model}', "
        f"'models_registry_historical{model}', 'models_registry.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_guards_of_motions_and_rights"),
        ("models_registry", "0004_approved_by_motion"),
    ]

    operations = [migrations.RunSQL(compare(model)) for model in ["halt", "mandate"]]
