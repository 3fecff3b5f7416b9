"""Why a calendar is none, or cannot answer."""

from __future__ import annotations


class CalendarInvalid(ValueError):
    """A calendar nobody could count by. `field`: the one of its fields that is at fault."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(fault)
        self.field = field
        self.fault = fault


class OutOfReach(ValueError):
    """An instant that lies further off than a deadline may: nothing would ever come of it."""
