"""The events that the outbox tells of: noun.participle, and what happened in one line.

Whoever chooses events is held to this list, so that a misspelt name does not wait for ever.
"""

from __future__ import annotations

EVENTS = {
    "case.escalated": "A case went up a rung of its ladder.",
    "case.paused": "The clock of a case was stopped.",
    "case.resumed": "The clock of a case runs again.",
    "case.unstaffed": "Nobody may rule on a case.",
    "contestation.answered": "The answer to a contestation was made.",
    "contestation.decided": "Somebody has ruled on a contestation.",
    "contestation.extended": "The time to answer a contestation was extended.",
    "contestation.registered": "A person contests a decision.",
    "contestation.warning": "The time to answer a contestation is nearly over.",
    "contestation.withdrawn": "A contestation was taken back.",
    "decision.finalised": "It is settled what becomes of a decision.",
    "decision.reversal_unconfirmed": "Nobody has confirmed that a decision was undone.",
    "decision.reversed": "An executed decision is to be undone.",
    "halt.lifted": "A halt is over.",
    "halt.placed": "A halt is in force: nothing may be carried out.",
    "ledgeralarm.cleared": "What an alarm of the ledger told of is over.",
    "ledgeralarm.raised": "Something about the ledger must be looked at.",
    "level.lowered": "The intervention level of a decision type was lowered.",
    "level.raised": "The intervention level of a decision type was raised.",
    "mandate.ending": "A mandate ends soon.",
    "mandate.nearly_used": "Little of a mandate is left.",
    "monitor.alarm": "A monitor has raised an alarm.",
    "monitor.closed": "An alarm of a monitor was closed by a person.",
    "monitor.quiet": "A monitor sees no more what it raised its alarm for.",
    "motion.closed": "A motion was carried, rejected or taken back.",
    "motion.moved": "A motion waits for its votes.",
    "qualification.lapsing": "A reviewer's qualification lapses soon.",
    "webhook.paused": "An endpoint of webhooks was paused because it takes nothing.",
}
EVERY_EVENT = "*"
# Sent to one endpoint when somebody tries it out; nobody chooses it.
PING = "webhook.ping"
