"""Values as ledger entries hold them: JSON without floats and without ints of 2^53 and more.

Each is an object of one member that names its type, so that reading gives back what was written:
`{"double": "0.7"}`, `{"int": "3"}`, `{"list": [...]}`; nothing is null.
"""

from datetime import datetime
from typing import Any

from governance.policies.expression.values import Known


def value_to_json(value: Known) -> dict[str, Any] | None:
    """The JSON of one value."""
    match value:
        case None:
            return None
        case bool():
            return {"bool": value}
        case int():
            return {"int": str(value)}
        case float():
            return {"double": repr(value)}
        case str():
            return {"string": value}
        case datetime():
            return {"timestamp": value.isoformat()}
        case tuple():
            return {"list": [value_to_json(member) for member in value]}
    raise TypeError(f"{type(value).__name__} is no type of a value")


def value_from_json(data: dict[str, Any] | None) -> Any:
    """The value that `value_to_json` made `data` of. Raises ValueError for any other."""
    if data is None:
        return None
    ((kind, value),) = data.items()
    match kind:
        case "bool":
            return bool(value)
        case "int":
            return int(value)
        case "double":
            return float(value)
        case "string":
            return str(value)
        case "timestamp":
            return datetime.fromisoformat(value)
        case "list":
            return tuple(value_from_json(member) for member in value)
    raise ValueError(f"{kind} is no kind of value")
