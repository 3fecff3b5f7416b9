"""The database refuses, at commit, a change that the ledger was not told of.

What the application's hooks cannot see (update(), bulk_create(), raw SQL, a save whose history was
switched off) ends here. A recorded row must equal the history row that its newest entry commits
to; every history row and every row that never changes must have an entry; an erasable row goes
only with an entry that says so.

The functions name their search_path: along a caller's own, tables of the same names could be put
before ours.
"""

from django.db import migrations

# The migrations of the first months were drawn together. A database that stopped between them
# has some of this already; it must not be taken for an empty one.
OF_ONE_PIECE = """
DO $$ BEGIN
    IF to_regproc('countersign_watch') IS NOT NULL THEN
        RAISE EXCEPTION 'this database was made by an older development version'
            USING HINT = 'Start the last version before migrations were drawn together first.';
    END IF;
END $$;
"""

ENTERED = """
CREATE FUNCTION countersign_not_entered(subject_type text, subject_id uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % was changed, and no ledger entry tells of it', subject_type, subject_id
        USING ERRCODE = 'integrity_constraint_violation',
              HINT = 'Recorded rows are saved with governance.ledger.record.keep or by a verb.';
END $$;

CREATE FUNCTION countersign_row_is_entered() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM governance_ledgerhead
        WHERE subject_id = NEW.id AND subject_type = TG_ARGV[0] AND history_id = NEW.id
    ) THEN
        PERFORM countersign_not_entered(TG_ARGV[0], NEW.id);
    END IF;
    RETURN NULL;
END $$;

-- Mostly it is the newest one; else the subject's few entries are looked through.
CREATE FUNCTION countersign_history_is_entered() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM governance_ledgerhead
        WHERE subject_id = NEW.id AND subject_type = TG_ARGV[0] AND history_id = NEW.history_id
    ) AND NOT EXISTS (
        SELECT FROM governance_ledgerentry
        WHERE subject_id = NEW.id AND subject_type = TG_ARGV[0] AND history_id = NEW.history_id
    ) THEN
        PERFORM countersign_not_entered(TG_ARGV[0], NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION countersign_erasure_is_entered() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM governance_ledgerentry
        WHERE subject_id = OLD.id AND subject_type = TG_ARGV[0] AND event = TG_ARGV[0] || '.erased'
    ) THEN
        PERFORM countersign_not_entered(TG_ARGV[0], OLD.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION countersign_watch(
    target regclass, trigger_name text, events text, function_name text, label text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE CONSTRAINT TRIGGER %I AFTER %s ON %s DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION %I(%L)', trigger_name, events, target, function_name, label);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, trigger_name);
END $$;

-- One function per table, so that its statement is planned once and compares typed columns. Made
-- anew when columns were added.
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

CREATE FUNCTION countersign_watch_recorded(
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

RECORDED = [
    "policydraft",
    "motion",
    "delegation",
    "conflict",
    "actquorum",
    "absence",
    "apiclient",
    "apikey",
    "archivedpartition",
    "checkpointkey",
    "decisionright",
    "evidencebundle",
    "ledgeralarm",
    "policy",
    "qualification",
    "reportrun",
    "reviewerrole",
    "roleassignment",
    "user",
    "verificationrun",
    "witness",
]
WRITTEN_ONCE = ["motionballot", "policyversion", "refusal"]
ERASABLE = ["payload", "subjectkey"]


def watch_recorded(app, model):
    return (
        f"SELECT countersign_watch_recorded('{app}_{model}', '{app}_historical{model}', "
        f"'{app}.{model}')"
    )


def watch_written_once(app, model):
    return (
        f"SELECT countersign_watch('{app}_{model}', 'entered_row', 'INSERT', "
        f"'countersign_row_is_entered', '{app}.{model}')"
    )


def watch_erasable(app, model):
    return (
        f"SELECT countersign_watch('{app}_{model}', 'entered_erasure', 'DELETE', "
        f"'countersign_erasure_is_entered', '{app}.{model}')"
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0003_ledger")]
    replaces = [
        ("governance", "0005_motions_and_rights"),
        ("governance", "0006_guards_of_motions_and_rights"),
        ("governance", "0007_scope_of_contestations"),
        ("governance", "0008_policy_drafts"),
        ("governance", "0009_alarm_of_replay"),
    ]

    operations = [
        migrations.RunSQL(OF_ONE_PIECE),
        migrations.RunSQL(ENTERED),
        *[migrations.RunSQL(watch_recorded("governance", model)) for model in RECORDED],
        *[migrations.RunSQL(watch_written_once("governance", model)) for model in WRITTEN_ONCE],
        *[migrations.RunSQL(watch_erasable("governance", model)) for model in ERASABLE],
    ]
