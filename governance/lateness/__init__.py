"""What may run late, and how late it is: `registry` keeps the checks; the floor's own beside it."""

from governance.lateness import of_the_floor

__all__ = ["of_the_floor"]
