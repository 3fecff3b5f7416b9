"""Every refusal and error of the API as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from governance.errors import DomainError, FieldError, NotPermitted
from governance.request_id import request_id
from governance.services.refusals import enter_refusal

CONTENT_TYPE = "application/problem+json"


def handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's exception handler. Anything unforeseen is left to Django: a 500, logged."""
    if isinstance(exc, DomainError):
        set_rollback()
        enter_refusal(exc, actor=_actor(context), act=_act(context))
        return problem(
            status=exc.status, code=exc.code, title=exc.title, detail=exc.detail, errors=exc.errors
        )
    if isinstance(exc, IntegrityError):
        set_rollback()
        return _of_constraint(exc)
    if isinstance(exc, Http404 | ObjectDoesNotExist):
        exc = exceptions.NotFound("There is no such thing, or it is not yours to see.")
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(exc, exceptions.PermissionDenied):
        enter_refusal(NotPermitted(str(exc.detail)), actor=_actor(context), act=_act(context))
    response = _of_api_exception(exc)
    for header in ("auth_header", "wait"):
        value = getattr(exc, header, None)
        if value:
            response["WWW-Authenticate" if header == "auth_header" else "Retry-After"] = str(value)
    return response


def problem(
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[FieldError] = (),
) -> Response:
    """A problem document. `type` is a URN: stable, and nothing to fetch."""
    body: dict[str, Any] = {
        "type": f"urn:countersign:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id(),
    }
    if errors:
        body["errors"] = [
            {"pointer": error.pointer, "detail": error.detail, "code": error.code}
            for error in errors
        ]
    return Response(body, status=status, content_type=CONTENT_TYPE)


def _of_constraint(exc: IntegrityError) -> Response:
    """What the database itself refused: mostly a name that is taken, perhaps by a request beside
    this one. The constraint's name says which rule it was."""
    constraint = getattr(getattr(exc.__cause__, "diag", None), "constraint_name", None)
    return problem(
        status=409,
        code="conflict",
        title="This conflicts with what is stored",
        detail=f"The rule {constraint} refuses it; nothing was changed."
        if constraint
        else "The database refuses it; nothing was changed.",
    )


def _of_api_exception(exc: exceptions.APIException) -> Response:
    if isinstance(exc, exceptions.ValidationError):
        errors = list(field_errors(exc.detail))
        return problem(
            status=exc.status_code,
            code="invalid",
            title="The input is not valid",
            detail=f"{len(errors)} fault(s) in the request, each named in errors.",
            errors=errors,
        )
    detail = exc.detail if isinstance(exc.detail, str) else str(exc.detail)
    codes = exc.get_codes()
    return problem(
        status=exc.status_code,
        code=codes if isinstance(codes, str) else exc.default_code,
        title=HTTPStatus(exc.status_code).phrase,
        detail=detail,
    )


def field_errors(detail: Any, pointer: str = "") -> Iterator[FieldError]:
    """REST framework's nested error detail as a flat list of pointers (RFC 6901)."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            step = "" if key == "non_field_errors" else "/" + _escaped(str(key))
            yield from field_errors(inner, pointer + step)
    elif isinstance(detail, list):
        if all(isinstance(inner, str) for inner in detail):
            for inner in detail:
                yield FieldError(pointer, str(inner), getattr(inner, "code", "invalid"))
        else:
            for index, inner in enumerate(detail):
                if inner:
                    yield from field_errors(inner, f"{pointer}/{index}")
    else:
        yield FieldError(pointer, str(detail), getattr(detail, "code", "invalid"))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _actor(context: Mapping[str, Any]) -> Any:
    return getattr(context.get("request"), "user", None)


def _act(context: Mapping[str, Any]) -> str:
    view = context.get("view")
    return type(view).__name__ if view is not None else "unknown"
