"""A document as PDF/A-3a and PDF/UA-1, with its JSON inside: one file to hand over.

The file declares both standards and is built to their structure; a validator's word is not
claimed. The same document gives the same bytes: its only instant is the document's cut-off.
"""

import json
from pathlib import Path
from typing import Final

from governance.reports.document import Document
from governance.reports.glyphs import FONTS, breakable, printable
from governance.reports.render_json import render_json
from governance.reports.view import build_view, mapped

TEMPLATE: Final = Path(__file__).parent / "report.typ"


def render_pdf(document: Document) -> bytes:
    """The whole file. Seconds for hundreds of pages: for workers, not for requests.

    Characters that no shipped font holds are spelt out as code points (see `glyphs`); the
    attached `report.json` is byte for byte what `render_json` gives.
    Source: ISO 19005-3 (archiving, attachments), ISO 14289-1 (accessibility).
    """
    import typst

    view = mapped(build_view(document, printable), breakable)
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={
            "view": json.dumps(view, ensure_ascii=False),
            "evidence": render_json(document).decode(),
        },
        pdf_standards=["a-3a", "ua-1"],
        # typst takes whole seconds.
        timestamp=document.coverage.cut_off.replace(microsecond=0),
        format="pdf",
    )
