"""Does a document have a published shape, such as `policy.schema.json`: JSON Schema 2020-12."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]  # ships no types
    Draft202012Validator,
    ValidationError,
    validators,
)

from governance.policies.document import Document, pointer_to
from governance.policies.expression.errors import did_you_mean
from governance.policies.problems import MAX_PROBLEMS, Place, Problem

SCHEMA_FILE = Path(__file__).with_name("policy.schema.json")


def shape_problems(document: Document, schema_file: Path = SCHEMA_FILE) -> list[Problem]:
    """The first MAX_PROBLEMS places at which the document has another shape than the schema."""
    errors = islice(_validator(schema_file).iter_errors(document.data), MAX_PROBLEMS)
    return [problem for error in errors for problem in _problems_of(error, document)]


@cache
def _validator(schema_file: Path) -> Any:
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    return validators.extend(Draft202012Validator, {"pattern": _pattern})(schema)


def _pattern(
    validator: Any, pattern: str, instance: object, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """As the library does it, but `$` is the end: Python's also stands before a last newline."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


def _problems_of(error: ValidationError, document: Document) -> Iterator[Problem]:
    pointer = ""
    for step in error.absolute_path:
        pointer = pointer_to(pointer, step)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for key in error.instance:
            if key not in known:
                message = f'there is no field "{key[:100]}" here{did_you_mean(key, known)}'
                below = pointer_to(pointer, key)
                yield Problem(below, document.keys[below], "unknown_field", message)
        return
    place = document.places.get(pointer, Place(1, 1))
    if "propertyNames" in error.absolute_schema_path:
        # The library gives the group's path: it is the key that is wrong.
        pointer = pointer_to(pointer, error.instance)
        place = document.keys[pointer]
    if error.validator == "anyOf":
        # Of the fields that do the same the first is what most want.
        name = error.schema["anyOf"][0]["required"][0]
        yield Problem(pointer, place, "missing_field", f'the field "{name}" is missing')
        return
    if error.validator == "required":
        # The library reports each missing field by itself and names it first in its message.
        missing = re.match(r"'(\w+)'", error.message)
        name = missing.group(1) if missing else "a field"
        yield Problem(pointer, place, "missing_field", f'the field "{name}" is missing')
        return
    yield Problem(pointer, place, "shape", _message(error))


def _message(error: ValidationError) -> str:
    limit, found = error.validator_value, error.instance
    shown = _shown(found)
    match error.validator:
        case "type":
            return f"{shown} is not {_type_said(limit)}"
        case "enum":
            words = [str(word) for word in limit if word is not None]
            hint = did_you_mean(str(found), words)
            return f"{shown} is not one of {', '.join(words)}{hint}"
        case "const":
            return f"{shown} is not {limit}"
        case "pattern":
            return f"{shown} is not {error.schema['description']}"
        case "minimum":
            return f"{shown} is less than {limit}"
        case "maximum":
            return f"{shown} is more than {limit}"
        case "minLength" | "minItems":
            return "this is empty"
        case "maxLength":
            return f"this has {len(found)} characters; at most {limit} are allowed"
        case "maxItems" | "maxProperties":
            return f"this has {len(found)} members; at most {limit} are allowed"
    return str(error.message)[:200]


def _type_said(name: str) -> str:
    words = {"object": "a group of fields", "array": "a list", "integer": "a whole number"}
    return words.get(name, f"a {name}" if name != "string" else "a text")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}..."
