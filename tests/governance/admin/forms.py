"""What a browser would send."""

from __future__ import annotations

from datetime import datetime
from typing import Any


def sent(**fields: Any) -> dict[str, Any]:
    """Form data; an instant is sent as the two fields of its date and time."""
    data: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, datetime):
            data |= {f"{name}_0": f"{value:%Y-%m-%d}", f"{name}_1": f"{value:%H:%M:%S}"}
        else:
            data[name] = value
    return data
