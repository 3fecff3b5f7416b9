"""The administration of the floor: people and roles, the record, reports."""

from governance.admin import foreign, people, record, reports

__all__ = ["foreign", "people", "record", "reports"]
