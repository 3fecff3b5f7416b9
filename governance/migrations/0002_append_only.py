"""The database itself refuses to change the record.

ENABLE ALWAYS keeps the triggers on even where session_replication_role is `replica`.
"""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION countersign_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION countersign_make_append_only(target regclass, erasable boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER append_only_rows BEFORE %s ON %s
         FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change()',
        CASE WHEN erasable THEN 'UPDATE' ELSE 'UPDATE OR DELETE' END, target);
    EXECUTE format(
        'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_rows', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_table', target);
END $$;
"""

LEAF_AGREES = """
CREATE FUNCTION countersign_leaf_agrees(entry governance_ledgerentry) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    leaf jsonb := convert_from(entry.leaf, 'UTF8')::jsonb;
BEGIN
    RETURN octet_length(entry.leaf) <= 65535
        AND leaf ->> 'id' = entry.id::text
        AND leaf ->> 'log' = entry.log
        AND leaf ->> 'event' = entry.event
        AND (leaf ->> 'at')::timestamptz = entry.at
        AND leaf ->> 'actor' = entry.actor
        AND leaf #>> '{subject,type}' = entry.subject_type
        AND leaf #>> '{subject,id}' = entry.subject_id::text
        AND (leaf ->> 'object_seq')::bigint = entry.object_seq
        AND leaf ->> 'object_prev' IS NOT DISTINCT FROM encode(entry.object_prev, 'hex')
        AND leaf #>> '{history,id}' IS NOT DISTINCT FROM entry.history_id::text
        AND (leaf ->> 'commitment' IS NULL) = (entry.payload_id IS NULL);
END $$;

CREATE FUNCTION countersign_enter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT countersign_leaf_agrees(NEW) THEN
        RAISE EXCEPTION 'the columns of ledger entry % do not repeat its leaf', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO governance_ledgerpending (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_enter AFTER INSERT ON governance_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION countersign_enter();
ALTER TABLE governance_ledgerentry ENABLE ALWAYS TRIGGER ledger_enter;
"""

KEPT_FOR_EVER = [
    "governance_ledgerentry",
    "governance_policyversion",
    "governance_outboxmessage",
    "governance_refusal",
    "governance_reportdocument",
    "governance_historicalapiclient",
    "governance_historicalapikey",
    "governance_historicaldecisionright",
    "governance_historicalpolicy",
    "governance_historicalqualification",
    "governance_historicalreportrun",
    "governance_historicalreviewerrole",
    "governance_historicalroleassignment",
    "governance_historicaluser",
]

ERASABLE = ["governance_payload", "governance_subjectkey", "governance_subjectidentity"]


def protect(table, erasable=False):
    return migrations.RunSQL(
        f"SELECT countersign_make_append_only('{table}', {erasable})",
        f"DROP TRIGGER append_only_rows ON {table}; DROP TRIGGER append_only_table ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_records")]

    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP FUNCTION countersign_make_append_only; DROP FUNCTION countersign_refuse_change",
        ),
        migrations.RunSQL(
            LEAF_AGREES,
            "DROP TRIGGER ledger_enter ON governance_ledgerentry;"
            "DROP FUNCTION countersign_enter; DROP FUNCTION countersign_leaf_agrees",
        ),
        *[protect(table) for table in KEPT_FOR_EVER],
        *[protect(table, erasable=True) for table in ERASABLE],
    ]
