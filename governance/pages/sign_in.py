"""How allauth behaves here: nobody signs up by themselves, and secrets lie sealed."""

from __future__ import annotations

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from governance.ledger.keys import seal, unseal, wrapping_key

_CONTEXT = b"second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Accounts are made by an administrator, with their name in the ledger."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Keeps the secrets of authenticator apps and recovery codes sealed with the master key."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(wrapping_key(), text.encode(), _CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(wrapping_key(), base64.b64decode(encrypted_text), _CONTEXT).decode()
