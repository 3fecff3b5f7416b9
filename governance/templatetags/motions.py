"""What the pages show of motions."""

from __future__ import annotations

from django import template

from governance.motions.registry import title_of

register = template.Library()


@register.simple_tag
def act_title(name: str) -> str:
    """What an act is called."""
    return title_of(name)
