"""What the floor itself knows for reports: the log, and how well the service kept up."""

from governance.report_sections import logging, service

__all__ = ["logging", "service"]
