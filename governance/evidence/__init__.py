"""Evidence bundles: what belongs into one, how it is written, and how an outsider checks it."""

from governance.evidence import of_reports

__all__ = ["of_reports"]
