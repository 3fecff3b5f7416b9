"""What is wrong with a template, each fault with its file, line and column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from governance.errors import DomainError, FieldError, InputInvalid
from governance.policies.problems import MAX_PROBLEMS, Problem


class TemplateFault(NamedTuple):
    """One fault: in which file of the template, and what it is."""

    file: str
    problem: Problem

    def __str__(self) -> str:
        place = self.problem.place
        return f"{self.file}, line {place.line}, column {place.column}: {self.problem.message}"


class TemplateInvalid(InputInvalid):
    """A template was refused. `faults`: all that were found, by file and place."""

    code = "template_invalid"
    title = "The template is not valid"

    def __init__(self, name: str, faults: Iterable[TemplateFault]) -> None:
        found = sorted(faults, key=lambda fault: (fault.file, fault.problem.place))
        self.faults = tuple(found)[:MAX_PROBLEMS]
        count = len(self.faults)
        super().__init__(
            f"{name} has {count} fault{'' if count == 1 else 's'}: {self.faults[0]}",
            errors=[
                FieldError(fault.problem.pointer, str(fault), fault.problem.code)
                for fault in self.faults
            ],
        )


class TemplateUnknown(DomainError):
    code = "template_unknown"
    status = 404
    title = "There is no such template"
