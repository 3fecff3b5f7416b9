"""The administration of the work: shown here, done on the work's own pages."""

from reviews.admin import cases, decisions, halts, permits, queues, rights, verdicts

__all__ = ["cases", "decisions", "halts", "permits", "queues", "rights", "verdicts"]
