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

KEPT_FOR_EVER = [
    "governance_policyversion",
    "governance_outboxmessage",
    "governance_refusal",
    "governance_reportdocument",
    "governance_leaf",
    "governance_checkpoint",
    "governance_cosignature",
    "governance_checkpointtimestamp",
    "governance_historicalapiclient",
    "governance_historicalapikey",
    "governance_historicalarchivedpartition",
    "governance_historicalcheckpointkey",
    "governance_historicaldecisionright",
    "governance_historicalevidencebundle",
    "governance_historicalledgeralarm",
    "governance_historicalpolicy",
    "governance_historicalqualification",
    "governance_historicalreportrun",
    "governance_historicalreviewerrole",
    "governance_historicalroleassignment",
    "governance_historicaluser",
    "governance_historicalverificationrun",
    "governance_historicalwitness",
    "governance_motionballot",
    "governance_historicalabsence",
    "governance_historicalactquorum",
    "governance_historicalconflict",
    "governance_historicaldelegation",
    "governance_historicalmotion",
    "governance_historicalpolicydraft",
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
        *[protect(table) for table in KEPT_FOR_EVER],
        *[protect(table, erasable=True) for table in ERASABLE],
    ]
