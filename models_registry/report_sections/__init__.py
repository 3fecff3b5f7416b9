"""What the registry knows for reports: the system, its versions, its types and its law."""

from models_registry.report_sections import (
    duties,
    frame,
    inputs,
    law,
    logic,
    oversight_design,
    system_card,
)

__all__ = ["duties", "frame", "inputs", "law", "logic", "oversight_design", "system_card"]
