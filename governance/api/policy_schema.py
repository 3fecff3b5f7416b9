"""The form of a policy's text, as a JSON Schema that anybody may fetch."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from governance.policies.shape import SCHEMA_FILE


@require_safe
def policy_schema(request: HttpRequest) -> HttpResponseBase:
    """GET /schemas/policy.json: 200 | 304. Open to everybody, as editors need it."""
    content = SCHEMA_FILE.read_bytes()
    answer = HttpResponse(content, content_type="application/schema+json")
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    etag = f'"{sha256(content).hexdigest()}"'
    answer["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=answer) or answer
