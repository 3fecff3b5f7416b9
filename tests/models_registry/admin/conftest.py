"""People signed in to the administration, each with one role."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories import make_person


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    def sign_in(*roles: str) -> Client:
        client = Client()
        client.force_login(make_person(roles=roles))
        return client

    return sign_in
