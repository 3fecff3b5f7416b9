"""What the floor itself knows for reports: the log."""

from governance.report_sections import logging

__all__ = ["logging"]
