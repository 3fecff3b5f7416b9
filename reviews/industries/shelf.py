"""The templates of this release: a folder for each under `data`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from reviews.industries.faults import TemplateUnknown
from reviews.industries.reading import read_template
from reviews.industries.template import IndustryTemplate


@cache
def names() -> tuple[str, ...]:
    """The slugs of all templates, in alphabetical order."""
    return tuple(sorted(entry.name for entry in _shelf().iterdir() if entry.is_dir()))


@cache
def template_named(slug: str) -> IndustryTemplate:
    """Raises TemplateUnknown, which lists those that there are, and TemplateInvalid."""
    if slug not in names():
        raise TemplateUnknown(
            f"There is no template {slug[:100]!r}. There are: {', '.join(names())}"
        )
    return read_template(slug, _shelf() / slug)


def _shelf() -> Traversable:
    return files("reviews.industries") / "data"
