"""Tries that were refused."""

from __future__ import annotations

from django.db import models

from governance.models.base import AppendOnly


class Refusal(AppendOnly):
    """One refused try: who tried what, and which rule stopped it. Written after the rollback."""

    act = models.CharField(max_length=80, help_text="the door that was tried")
    code = models.CharField(max_length=64, help_text="the refusal's stable code")
    actor = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64, blank=True)
    refused_at = models.DateTimeField(db_index=True)
    # Both came later: what was committed to before leaves them out.
    condition = models.CharField(  # noqa: DJ001
        max_length=16, null=True, help_text="which of the four conditions of a ruling failed"
    )
    about_id = models.UUIDField(null=True, help_text="the case or motion that was tried")

    def __str__(self) -> str:
        return f"{self.code} for {self.actor}"
