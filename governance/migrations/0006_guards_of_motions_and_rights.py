"""The new records are guarded like the others, and added columns are compared at commit too."""

from django.db import migrations

COMPARED = """
-- The comparison of a recorded row with its history, made anew when columns were added.
CREATE FUNCTION countersign_compare_columns(target regclass, history regclass, label text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := 'countersign_entered_' || target;
    kept text;
    stored text;
BEGIN
    SELECT string_agg(format('kept.%I', attname), ', ' ORDER BY attname),
           string_agg(format('stored.%I', attname), ', ' ORDER BY attname)
    INTO kept, stored
    FROM pg_attribute AS own
    WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND EXISTS (
        SELECT FROM pg_attribute AS its WHERE its.attrelid = history
            AND its.attname = own.attname AND its.attnum > 0 AND NOT its.attisdropped);
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION %I() RETURNS trigger
         LANGUAGE plpgsql SET search_path = public, pg_temp AS $body$
         DECLARE
             subject uuid := coalesce(NEW.id, OLD.id);
         BEGIN
             IF NOT EXISTS (
                 SELECT FROM governance_ledgerhead AS head
                 JOIN %s AS kept ON kept.history_id = head.history_id
                 LEFT JOIN %s AS stored ON stored.id = head.subject_id
                 WHERE head.subject_id = subject AND head.subject_type = %L AND CASE
                     WHEN kept.history_type = ''-'' THEN stored.id IS NULL
                     ELSE (%s) IS NOT DISTINCT FROM (%s)
                 END
             ) THEN
                 PERFORM countersign_not_entered(%L, subject);
             END IF;
             RETURN NULL;
         END $body$', name, history, target, label, stored, kept, label);
    RETURN name;
END $$;

CREATE OR REPLACE FUNCTION countersign_watch_recorded(
    target regclass, history regclass, label text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM countersign_watch(
        target, 'entered_row', 'INSERT OR UPDATE OR DELETE',
        countersign_compare_columns(target, history, label), label);
    PERFORM countersign_watch(
        history, 'entered_history', 'INSERT', 'countersign_history_is_entered', label);
END $$;
"""

NEW = ["absence", "actquorum", "conflict", "delegation", "motion"]
GROWN = ["decisionright", "reportrun", "reviewerrole"]


def guard(model):
    return [
        f"SELECT countersign_make_append_only('governance_historical{model}')",
        f"SELECT countersign_watch_recorded('governance_{model}', "
        f"'governance_historical{model}', 'governance.{model}')",
    ]


def compare(model):
    return (
        f"SELECT countersign_compare_columns('governance_{model}', "
        f"'governance_historical{model}', 'governance.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_motions_and_rights")]

    operations = [
        migrations.RunSQL(COMPARED),
        *[migrations.RunSQL(statement) for model in NEW for statement in guard(model)],
        *[migrations.RunSQL(compare(model)) for model in GROWN],
        migrations.RunSQL("SELECT countersign_make_append_only('governance_motionballot')"),
        migrations.RunSQL(
            "SELECT countersign_watch('governance_motionballot', 'entered_row', 'INSERT', "
            "'countersign_row_is_entered', 'governance.motionballot')"
        ),
    ]
