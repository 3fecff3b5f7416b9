"""Keyset pages over rows that tie."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reviews.models import Case
from reviews.pages import keyset
from tests.factories import World


@pytest.mark.parametrize("order", [("-priority", "due_at", "id"), ("-id",)])
def test_pages_of_any_size_are_the_list_itself(
    world: World, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    monkeypatch.setattr(keyset, "ROWS_PER_PAGE", 3)
    for number in range(10):
        world.open_case(now=timezone.now(), confidence=[0.2, 0.5][number % 2])
    found: list[Case] = []
    cursor: str | None = ""
    while cursor is not None:
        page = keyset.page_of(Case.objects.all(), order, cursor)
        found += page.rows
        cursor = page.next_cursor
    assert found == list(Case.objects.order_by(*order))


@given(st.text(min_size=1))
def test_any_text_as_a_cursor_is_at_worst_not_found(cursor: str) -> None:
    with pytest.raises(Http404):
        keyset.page_of(Case.objects.none(), ("-priority", "due_at", "id"), cursor)
