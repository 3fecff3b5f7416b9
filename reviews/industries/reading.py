"""A template's files into an `IndustryTemplate`, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from governance.policies import Disposition, Effect, Level, PolicyInvalid, Rules, parse_policy
from governance.policies.document import Document, read_document
from governance.policies.durations import parse_duration
from governance.policies.problems import Place, Problem
from governance.policies.shape import shape_problems
from reviews.industries.faults import TemplateFault, TemplateInvalid
from reviews.industries.meaning import Meaning
from reviews.industries.template import (
    Duty,
    Example,
    IndustryTemplate,
    KindPart,
    MandatePart,
    Moment,
    QueuePart,
    RightPart,
    Route,
    SystemPart,
)

MAIN_FILE = "template.yaml"
SCHEMA_FILE = Path(__file__).with_name("template.schema.json")
ROLES = frozenset({"reviewer", "senior-reviewer"})
"""The installed roles that rule; a template gives rights to no others."""


def read_template(slug: str, folder: Traversable) -> IndustryTemplate:
    """The template in `folder`. Raises TemplateInvalid: faults of shape come first, alone; then
    those of meaning, of the policies' texts, and of examples that go another way than stated."""
    text, unread = _text_of(folder, MAIN_FILE)
    if unread is not None:
        raise TemplateInvalid(slug, [TemplateFault(MAIN_FILE, unread)])
    document = _shaped(slug, text)
    data: Any = document.data
    files = {MAIN_FILE: text}
    faults: list[TemplateFault] = []
    systems = []
    queues = frozenset(queue["slug"] for queue in data["queues"])
    for index, system in enumerate(data["systems"]):
        file = system["policy"]["file"]
        policy_text, missing = _text_of(folder, file)
        if missing is not None:
            at = f"/systems/{index}/policy/file"
            lost = Problem(at, document.places[at], "no_file", missing.message)
            faults.append(TemplateFault(MAIN_FILE, lost))
        files[file] = policy_text
        kinds = tuple(_kind(kind) for kind in system["decision_types"])
        rules: dict[str, Rules] = {}
        if missing is None:
            for kind in kinds:
                try:
                    rules[kind.slug] = parse_policy(policy_text, schema=kind.schema(queues, ROLES))
                except PolicyInvalid as refused:
                    # Two types share one text, and with it most of its faults.
                    known = [fault.problem for fault in faults]
                    new = [one for one in refused.problems if one not in known]
                    faults += [TemplateFault(file, problem) for problem in new]
        systems.append(_system(system, kinds, policy_text, rules))
    template = IndustryTemplate(
        slug=slug,
        title=data["title"],
        summary=data["summary"],
        queues=tuple(_queue(queue) for queue in data["queues"]),
        systems=tuple(systems),
        sha256=_digest(files),
    )
    problems = Meaning(template, document).problems
    faults += [TemplateFault(MAIN_FILE, problem) for problem in problems]
    if faults:
        raise TemplateInvalid(slug, faults)
    return template


def _text_of(folder: Traversable, name: str) -> tuple[str, Problem | None]:
    try:
        return (folder / name).read_text(encoding="utf-8"), None
    except (FileNotFoundError, NotADirectoryError):
        return "", Problem("", Place(1, 1), "no_file", f"there is no file {name}")
    except UnicodeDecodeError:
        return "", Problem("", Place(1, 1), "no_text", f"{name} is not text in UTF-8")


def _shaped(slug: str, text: str) -> Document:
    try:
        document = read_document(text)
    except PolicyInvalid as refused:
        faults = [TemplateFault(MAIN_FILE, problem) for problem in refused.problems]
        raise TemplateInvalid(slug, faults) from refused
    problems = [*document.problems, *shape_problems(document, SCHEMA_FILE)]
    if problems:
        raise TemplateInvalid(slug, [TemplateFault(MAIN_FILE, one) for one in problems])
    return document


def _digest(files: Mapping[str, str]) -> str:
    """Of all files, so that a change of any shows. Lengths keep two sets of files apart."""
    whole = sha256()
    for name in sorted(files):
        content = files[name].encode()
        whole.update(f"{name}\n{len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def _system(
    data: Any, kinds: tuple[KindPart, ...], policy_text: str, rules: Mapping[str, Rules]
) -> SystemPart:
    return SystemPart(
        slug=data["slug"],
        name=data["name"],
        purpose=data["purpose"],
        sector=data["sector"],
        roles=tuple(data["roles"]),
        limits=data["limits"],
        answers=data["answers"],
        risk_class=data["risk_class"],
        because=data["because"],
        obligations=tuple(Duty(one["id"], one["served_by"]) for one in data["obligations"]),
        policy_slug=data["policy"]["slug"],
        policy_name=data["policy"]["name"],
        policy_file=data["policy"]["file"],
        policy_text=policy_text,
        rules=rules,
        decision_types=kinds,
        rights=tuple(
            RightPart(
                role=one["role"],
                verdicts=tuple(one["verdicts"]),
                decision_type=one.get("decision_type", ""),
                max_impact=one.get("max_impact"),
            )
            for one in data["rights"]
        ),
        examples=tuple(_example(one) for one in data["examples"]),
    )


def _queue(data: Any) -> QueuePart:
    return QueuePart(
        slug=data["slug"],
        name=data["name"],
        rung_within=parse_duration(data["rung_within"]) or timedelta(),
        escalates_to=data.get("escalates_to", ""),
    )


def _kind(data: Any) -> KindPart:
    mandate = data.get("mandate")
    return KindPart(
        slug=data["slug"],
        name=data["name"],
        question=data["question"],
        outcomes=tuple(data["outcomes"]),
        effect=Effect(data["effect"]),
        reversible=data["reversible"],
        facts=data["facts"],
        critical=data.get("critical", False),
        confidence_required=data.get("confidence_required", True),
        impact_unit=data.get("impact_unit", ""),
        protected=data.get("protected", {}),
        mandate=None if mandate is None else _mandate(mandate),
    )


def _mandate(data: Any) -> MandatePart:
    return MandatePart(
        objective=data["objective"],
        max_decisions=int(data["max_decisions"]),
        days=int(data["days"]),
        max_impact=data.get("max_impact"),
        allowed_outcomes=tuple(data.get("allowed_outcomes", ())),
    )


def _example(data: Any) -> Example:
    moment, expect = data.get("moment", {}), data["expect"]
    return Example(
        title=data["title"],
        decision_type=data["decision_type"],
        outcome=data["outcome"],
        facts=data["facts"],
        confidence=data.get("confidence"),
        impact=data.get("impact"),
        moment=Moment(
            level=Level(moment.get("level", Level.NORMAL.value)),
            halt=moment.get("halt", ""),
            mandate=moment.get("mandate", ""),
            monitors_fresh="monitors" not in moment,
        ),
        expect=Route(
            disposition=Disposition(expect["disposition"]),
            rule=expect.get("rule"),
            because=expect.get("because", ""),
            queue=expect.get("queue"),
            people=expect.get("people"),
            quorum=expect.get("quorum", ""),
        ),
    )
