"""A document as a page of the site, or as one file to keep that needs nothing else.

The page links its style sheet and stands under the strict content security policy. The file
carries the same style sheet inside, and the site's colours it falls back on without them.
"""

from pathlib import Path
from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string

from governance.reports.document import Document
from governance.reports.glyphs import visible
from governance.reports.view import build_view

STYLE: Final = Path(__file__).parents[1] / "static" / "governance" / "report.css"


def render_html(document: Document, *, standalone: bool, request: HttpRequest | None = None) -> str:
    """The whole HTML. A page (`standalone=False`) is given its `request` for the site's frame."""
    context = {"report": build_view(document, visible)}
    if standalone:
        style = STYLE.read_text(encoding="utf-8")
        return render_to_string(
            "governance/reports/standalone.html", {**context, "style": style}, request
        )
    return render_to_string("governance/reports/report.html", context, request)
