"""Industry templates: AI systems of an industry with registry, questionnaire, rules and examples.

Data and pure code: no database, no settings, no clock. `reviews.services.templates` loads them.
"""

from reviews.industries.faults import TemplateFault, TemplateInvalid, TemplateUnknown
from reviews.industries.shelf import names, template_named
from reviews.industries.template import (
    Example,
    IndustryTemplate,
    KindPart,
    MandatePart,
    QueuePart,
    RightPart,
    SystemPart,
)

__all__ = [
    "Example",
    "IndustryTemplate",
    "KindPart",
    "MandatePart",
    "QueuePart",
    "RightPart",
    "SystemPart",
    "TemplateFault",
    "TemplateInvalid",
    "TemplateUnknown",
    "names",
    "template_named",
]
