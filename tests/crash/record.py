"""What must hold in the database after whatever end, as queries for what breaks it."""

from pathlib import Path
from typing import Any

import psycopg

from config.processes.places import Places
from config.settings.services import EMBEDDED_DATABASE, EMBEDDED_ROLE

ENTERED = "EXISTS (SELECT FROM governance_ledgerentry e WHERE e.subject_id = {} AND e.event = '{}')"

BREACHES = {
    "a decision without its entry": "SELECT id FROM reviews_decision d WHERE NOT "
    + ENTERED.format("d.id", "reviews.decision.received"),
    "an entry without its decision": """
        SELECT subject_id FROM governance_ledgerentry e WHERE event = 'reviews.decision.received'
        AND NOT EXISTS (SELECT FROM reviews_decision d WHERE d.id = e.subject_id)""",
    "a decision without its evaluation": """
        SELECT id FROM reviews_decision d
        WHERE NOT EXISTS (SELECT FROM reviews_evaluation v WHERE v.decision_id = d.id)""",
    "an evaluation without its entry": "SELECT id FROM reviews_evaluation v WHERE NOT "
    + ENTERED.format("v.id", "reviews.decision.evaluated"),
    "a decision with neither case nor permit nor block": """
        SELECT d.id FROM reviews_decision d JOIN reviews_evaluation v ON v.decision_id = d.id
        WHERE v.disposition <> 'block'
        AND NOT EXISTS (SELECT FROM reviews_case c WHERE c.decision_id = d.id)
        AND NOT EXISTS (SELECT FROM reviews_permit p WHERE p.decision_id = d.id)""",
    "a decision without its content": """
        SELECT id FROM reviews_decision d
        WHERE NOT EXISTS (SELECT FROM governance_payload p WHERE p.id = d.payload_id)""",
    "sealed content of nobody's": """
        SELECT id FROM governance_payload p
        WHERE NOT EXISTS (SELECT FROM reviews_decision d WHERE d.payload_id = p.id)
        AND NOT EXISTS (SELECT FROM reviews_verdict v WHERE v.reason_payload_id = p.id)""",
    "a case without its entry": "SELECT id FROM reviews_case c WHERE NOT "
    + ENTERED.format("c.id", "reviews.case.opened"),
    "a case whose history ends otherwise": """
        SELECT c.id FROM reviews_case c JOIN LATERAL (
            SELECT state, rung FROM reviews_historicalcase h WHERE h.id = c.id
            ORDER BY history_id DESC LIMIT 1
        ) last ON true WHERE (last.state, last.rung) <> (c.state, c.rung)""",
    "a case with other rungs than escalations and entries": """
        SELECT c.id FROM reviews_case c WHERE c.rung <> (
            SELECT count(*) FROM reviews_escalation x WHERE x.case_id = c.id
        ) OR c.rung <> (
            SELECT count(*) FROM governance_ledgerentry e
            WHERE e.subject_id = c.id AND e.event = 'reviews.case.escalated'
        )""",
    "a verdict without its entry": "SELECT id FROM reviews_verdict v WHERE NOT "
    + ENTERED.format("v.id", "reviews.verdict.given"),
    "a verdict on a case that is not decided": """
        SELECT v.id FROM reviews_verdict v JOIN reviews_case c ON c.id = v.case_id
        WHERE c.state <> 'decided'""",
    "a decided case without permit or verdict": """
        SELECT c.id FROM reviews_case c WHERE c.state = 'decided' AND (
            NOT EXISTS (SELECT FROM reviews_permit p WHERE p.decision_id = c.decision_id)
            OR NOT EXISTS (SELECT FROM reviews_verdict v WHERE v.case_id = c.id))""",
    "a permit without its entry": "SELECT id FROM reviews_permit p WHERE NOT "
    + ENTERED.format("p.id", "reviews.permit.issued"),
    "an entry that is neither sealed nor waiting for it": """
        SELECT id FROM governance_ledgerentry e
        WHERE NOT EXISTS (SELECT FROM governance_ledgerpending w WHERE w.entry_id = e.id)
        AND NOT EXISTS (SELECT FROM governance_leaf l WHERE l.entry_id = e.id)""",
    "an entry that is sealed and waits for it": """
        SELECT entry_id FROM governance_ledgerpending JOIN governance_leaf USING (entry_id)""",
    "a leaf without its entry": """
        SELECT entry_id FROM governance_leaf l
        WHERE NOT EXISTS (SELECT FROM governance_ledgerentry e WHERE e.id = l.entry_id)""",
    "a gap in the tree": """
        SELECT log.origin FROM governance_log log WHERE size <> (
            SELECT count(*) FROM governance_leaf WHERE log_id = log.id AND index < size)""",
    "an entry out of its object's order": """
        SELECT id FROM (
            SELECT id, object_seq, row_number() OVER (
                PARTITION BY subject_type, subject_id ORDER BY object_seq) AS place
            FROM governance_ledgerentry) e WHERE object_seq <> place""",
}


def rows(data: Path, query: str, *parameters: Any) -> list[Any]:
    """What a query gives in the embedded database of the data directory."""
    sockets = str(Places(data).sockets)
    with psycopg.connect(host=sockets, user=EMBEDDED_ROLE, dbname=EMBEDDED_DATABASE) as connection:
        return [row[0] for row in connection.execute(query, parameters or None)]


def breaches(data: Path) -> dict[str, list[Any]]:
    """The ids of the rows that break a rule, by rule; empty when the record is whole."""
    found = {what: rows(data, query) for what, query in BREACHES.items()}
    return {what: ids for what, ids in found.items() if ids}
