"""The ledger's tables as PostgreSQL keeps them: partitions by month, chained and queued by trigger.

A partition is made beside the table and then attached, so that writers wait for nothing. What no
partition covers (a clock gone astray) falls into the default one: nothing is lost.
"""

from django.db import migrations

PARTITIONED = """
ALTER TABLE governance_ledgerentry RENAME TO ledgerentry_plain;
CREATE TABLE governance_ledgerentry (
    LIKE ledgerentry_plain INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS
) PARTITION BY RANGE (id);
DROP TABLE ledgerentry_plain;
ALTER TABLE governance_ledgerentry
    ADD CONSTRAINT governance_ledgerentry_pkey PRIMARY KEY (id);
CREATE INDEX ledger_subject ON governance_ledgerentry (subject_id, object_seq);
CREATE INDEX ledger_event ON governance_ledgerentry (event, id);
CREATE INDEX ledger_actor ON governance_ledgerentry (actor, id);
CREATE INDEX ledger_at ON governance_ledgerentry USING brin (at);
CREATE TABLE governance_ledgerentry_default PARTITION OF governance_ledgerentry DEFAULT;
-- Rows that are overwritten or deleted at the rate of the entries.
ALTER TABLE governance_ledgerhead SET (fillfactor = 80);
ALTER TABLE governance_ledgerpending SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000
);
"""

MAKE_PARTITIONS = """
-- The smallest UUIDv7 of an instant: 48 bits of milliseconds (RFC 9562, section 5.7).
CREATE FUNCTION countersign_first_id(at timestamptz) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || repeat('0', 20))::uuid
$$;

-- Statement triggers do not reach from a table to its partitions, so each one gets its own.
CREATE FUNCTION countersign_guard_partition(part regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change()', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_table', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_rows', part);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER ledger_enter', part);
END $$;

-- Makes the partition of a month, unless it is there. False: the default one holds rows of it.
CREATE FUNCTION countersign_make_partition(instant timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamp := date_trunc('month', instant AT TIME ZONE 'UTC');
    part text := 'governance_ledgerentry_' || to_char(month, '"y"YYYY"m"MM');
    first uuid := countersign_first_id(month AT TIME ZONE 'UTC');
    beyond uuid := countersign_first_id((month + interval '1 month') AT TIME ZONE 'UTC');
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN true;
    END IF;
    IF EXISTS (SELECT FROM governance_ledgerentry_default WHERE id >= first AND id < beyond) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE governance_ledgerentry INCLUDING ALL)', part);
    EXECUTE format(
        'ALTER TABLE governance_ledgerentry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        part, first, beyond);
    PERFORM countersign_guard_partition(part::regclass);
    RETURN true;
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
"""

# As its owner: whoever writes entries needs no right to touch the queue or the heads.
ENTER = """
CREATE FUNCTION countersign_enter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT countersign_leaf_agrees(NEW) THEN
        RAISE EXCEPTION 'the columns of ledger entry % do not repeat its leaf', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.object_seq = 1 THEN
        INSERT INTO governance_ledgerhead
            (subject_id, subject_type, object_seq, leaf_hash, history_id)
        VALUES (NEW.subject_id, NEW.subject_type, 1, NEW.leaf_hash, NEW.history_id);
    ELSE
        UPDATE governance_ledgerhead
        SET object_seq = NEW.object_seq, leaf_hash = NEW.leaf_hash,
            history_id = coalesce(NEW.history_id, history_id)
        WHERE subject_id = NEW.subject_id AND subject_type = NEW.subject_type
            AND object_seq = NEW.object_seq - 1 AND leaf_hash = NEW.object_prev;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'ledger entry % is not the next one of % %',
                NEW.id, NEW.subject_type, NEW.subject_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    INSERT INTO governance_ledgerpending (entry_id, leaf_hash) VALUES (NEW.id, NEW.leaf_hash);
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_enter AFTER INSERT ON governance_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION countersign_enter();
ALTER TABLE governance_ledgerentry ENABLE ALWAYS TRIGGER ledger_enter;
SELECT countersign_make_append_only('governance_ledgerentry');
SELECT countersign_guard_partition('governance_ledgerentry_default');
SELECT countersign_make_partition(now() + months * interval '1 month')
FROM generate_series(0, 2) AS months;
"""

# Heads and queue follow the entries. A statement of their own is refused to everybody, so that
# the right to lock a head, which PostgreSQL ties to one to change it, changes none.
HEADS_FOLLOW = """
CREATE FUNCTION countersign_refuse_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% follows the ledger''s entries: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER follows_entries BEFORE INSERT OR UPDATE ON governance_ledgerhead
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION countersign_refuse_statement();
CREATE TRIGGER follows_entries_deletion BEFORE DELETE ON governance_ledgerhead
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_statement();
CREATE TRIGGER follows_entries_table BEFORE TRUNCATE ON governance_ledgerhead
    FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_statement();
ALTER TABLE governance_ledgerhead ENABLE ALWAYS TRIGGER follows_entries;
ALTER TABLE governance_ledgerhead ENABLE ALWAYS TRIGGER follows_entries_deletion;
ALTER TABLE governance_ledgerhead ENABLE ALWAYS TRIGGER follows_entries_table;

CREATE TRIGGER follows_entries BEFORE INSERT ON governance_ledgerpending
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION countersign_refuse_statement();
CREATE TRIGGER follows_entries_change BEFORE UPDATE ON governance_ledgerpending
    FOR EACH ROW EXECUTE FUNCTION countersign_refuse_statement();
CREATE TRIGGER follows_entries_table BEFORE TRUNCATE ON governance_ledgerpending
    FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_statement();
ALTER TABLE governance_ledgerpending ENABLE ALWAYS TRIGGER follows_entries;
ALTER TABLE governance_ledgerpending ENABLE ALWAYS TRIGGER follows_entries_change;
ALTER TABLE governance_ledgerpending ENABLE ALWAYS TRIGGER follows_entries_table;
"""

# A log only grows; a tile only fills up, and a full one stays as it is.
TREE_GROWS = """
CREATE FUNCTION countersign_log_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.origin <> OLD.origin OR NEW.size < OLD.size
        OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
        RAISE EXCEPTION 'log % only grows', OLD.origin
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only_rows BEFORE UPDATE ON governance_log
    FOR EACH ROW EXECUTE FUNCTION countersign_log_grows();

CREATE FUNCTION countersign_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.log_id, NEW.level, NEW.index) IS DISTINCT FROM (OLD.log_id, OLD.level, OLD.index)
        OR octet_length(NEW.hashes) < octet_length(OLD.hashes)
        OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'tile %/% only grows', OLD.level, OLD.index
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only_rows BEFORE UPDATE ON governance_tile
    FOR EACH ROW EXECUTE FUNCTION countersign_tile_grows();

CREATE FUNCTION countersign_keep_growing(target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER append_only_deletion BEFORE DELETE ON %s
         FOR EACH ROW EXECUTE FUNCTION countersign_refuse_change()', target);
    EXECUTE format(
        'CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION countersign_refuse_change()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_rows', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_deletion', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_table', target);
END $$;
SELECT countersign_keep_growing('governance_log');
SELECT countersign_keep_growing('governance_tile');
-- 8 kB hashes do not compress, and stay out of the row.
ALTER TABLE governance_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
ALTER TABLE governance_tile ADD CONSTRAINT tile_holds_whole_hashes
    CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0);
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_append_only")]

    operations = [
        migrations.RunSQL(statements, elidable=False)
        for statements in (
            PARTITIONED,
            MAKE_PARTITIONS,
            LEAF_AGREES,
            ENTER,
            HEADS_FOLLOW,
            TREE_GROWS,
        )
    ]
