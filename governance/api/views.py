"""What the API's views share."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from governance.errors import DomainError
from governance.models import Actor, ApiClient, User
from governance.services.refusals import actor_of


class SomebodyMissing(DomainError):
    """A view without a permission class that asks for a person or client; a fault of ours."""

    code = "not_signed_in"
    status = 403


class ApiView(APIView):
    """Reads input, checks the right, calls one verb, shows the result."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, values in request.query_params.lists():
            # PostgreSQL stores no NUL, and cannot even compare with one.
            if any("\x00" in value for value in values):
                raise serializers.ValidationError({name: ["Holds a NUL character."]})

    @property
    def person(self) -> User:
        """The signed-in person; the view's permission class has made sure that it is one."""
        return cast(User, self.request.user)

    @property
    def client(self) -> ApiClient:
        """The calling program; the view's permission class has made sure that it is one."""
        return cast(ApiClient, self.request.user)

    @property
    def caller(self) -> User | ApiClient:
        """Whoever of the two calls, where the permission class lets both in."""
        return cast(User | ApiClient, self.request.user)

    @property
    def actor(self) -> Actor:
        actor = actor_of(self.request.user)
        if actor is None:
            raise SomebodyMissing("Sign in or send an API key")
        return actor


@extend_schema(exclude=True)
class UnknownAddress(APIView):
    """Every other address under /api/v1/: 404 as problem details."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("There is no such address in this API; see /api/docs/.")


def valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body of a request, as `serializer` reads it. Raises ValidationError naming each fault."""
    read = serializer(data=request.data)
    read.is_valid(raise_exception=True)
    return cast(dict[str, Any], read.validated_data)
