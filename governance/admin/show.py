"""How values are shown in the administration's lists and pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance.templatetags.countersign import icon

NOTHING = "\u2013"


def pretty_json(value: object) -> SafeString:
    """JSON with its keys in order, one to a line."""
    return text_block(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))


def text_block(text: str) -> SafeString:
    """Text with its own line breaks."""
    return format_html("<pre>{}</pre>", text)


def mark(is_shown: bool, word: str) -> SafeString:
    """The badge of demo and simulated things; a dash for real ones."""
    if not is_shown:
        return SafeString(NOTHING)
    return format_html(
        '<span class="badge badge-simulated" data-tone="warn">{}{}</span>',
        icon("simulated"),
        word,
    )


def demo_mark(is_demo: bool) -> SafeString:
    return mark(is_demo, _("Demo"))


def simulated_mark(is_simulated: bool) -> SafeString:
    return mark(is_simulated, _("Simulated"))


def row_link(row: Model | None) -> str:
    """A link to the row's page in the administration."""
    if row is None:
        return NOTHING
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, row)


def page_link(url_name: str, key: object, words: str) -> str:
    """A link to a page of the product; the bare words where the wiring has no such page."""
    try:
        url = reverse(url_name, args=[key])
    except NoReverseMatch:
        return words
    return format_html('<a href="{}">{}</a>', url, words)


def listing(items: Iterable[Any]) -> str:
    """A bulleted list; a dash where there is nothing."""
    rows = [(item,) for item in items]
    if not rows:
        return NOTHING
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))


def words(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or NOTHING
