"""What the API's description says beyond what the views tell: keys, problems, chapters."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from governance.api.problems import CONTENT_TYPE

_METHODS = ("get", "post", "put", "patch", "delete")

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:countersign:problem:case_not_open"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence for people"},
        "code": {"type": "string", "description": "stable; act on this"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901)"},
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a client signs in: `Authorization: Bearer prefix.secret`."""

    target_class = "governance.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key, prefix.secret."}


def describe_problems(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Every operation may answer with a problem, and stands in the chapter of its first word."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    refused = {
        "description": "Refused; nothing was changed.",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in result["paths"].items():
        for method in _METHODS:
            if method in operations:
                operations[method]["responses"]["default"] = refused
                operations[method]["tags"] = [_chapter(path)]
    return result


def _chapter(path: str) -> str:
    return path.removeprefix("/api/v1/").strip("/").split("/")[0]
