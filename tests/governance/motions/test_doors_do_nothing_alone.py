"""No door does the deed of an act that takes two people: it moves it, and the vote carries it out.

Read from the syntax trees of every door, so that a new one cannot forget it.
"""

import ast
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("config", "governance", "models_registry", "reviews")
DOORS = ("api", "admin", "pages", "management", "tasks", "demo")
# Each step that only an act's `carry_out` calls.
STEPS = {"publish_version", "issue_mandate", "lift_halt", "erase_subject", "end_right",
         "lower_level"}  # fmt: skip
ACTS = {
    "governance.motions": {"act_quorums", "erasure", "report_approvals"},
    "models_registry.motions": {"decision_rights", "levels", "mandates", "policies"},
    "reviews": {"motions"},
}
DEED = "carry_out"


def door_files() -> list[Path]:
    found: list[Path] = []
    for app in APPS:
        for door in DOORS:
            place = settings.BASE_DIR / app / door
            found += sorted(place.rglob("*.py")) if place.is_dir() else []
            if place.with_suffix(".py").exists():
                found.append(place.with_suffix(".py"))
    return found


def deeds_in(source: str) -> set[str]:
    """What a module reaches for that it must not: steps by name, deeds of the acts' modules."""
    tree = ast.parse(source)
    acts: set[str] = set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name: alias.asname or alias.name for alias in node.names}
            found |= STEPS & names.keys()
            acts |= {names[name] for name in ACTS.get(node.module or "", set()) & names.keys()}
            if "motions" in (node.module or "").split(".") and DEED in names:
                found.add(f"{node.module}.{DEED}")
        elif isinstance(node, ast.Attribute):
            found |= STEPS & {node.attr}
        elif isinstance(node, ast.Constant) and node.value in STEPS:
            # As an argument of getattr; operation ids of the API are keywords, seen below.
            found.add(f"text {node.value}")
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "operation_id":
            found.discard(f"text {getattr(node.value, 'value', '')}")
        if isinstance(node, ast.Attribute) and node.attr == DEED:
            base = node.value
            is_act = isinstance(base, ast.Name) and base.id in acts
            is_found = (
                isinstance(base, ast.Call)
                and isinstance(base.func, ast.Name)
                and base.func.id == "act_named"
            )
            if is_act or is_found:
                found.add(f"{ast.unparse(base)}.{DEED}")
    return found


def test_no_door_reaches_for_a_deed():
    files = door_files()
    assert len(files) > 80
    found = {str(path): deeds_in(path.read_text(encoding="utf-8")) for path in files}
    assert {path: deeds for path, deeds in found.items() if deeds} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from reviews.services.halting import lift_halt",
        "from reviews.services.halting import lift_halt as end",
        "from reviews.services import halting\nhalting.lift_halt(halt_id=1)",
        "import governance.services.erasure\ngovernance.services.erasure.erase_subject()",
        "getattr(policies, 'publish_version')()",
        "from models_registry.motions import mandates\nmandates.carry_out(motion, actor, now)",
        "from reviews import motions as own\nown.carry_out(motion, actor, now)",
        "from governance.motions.erasure import carry_out",
        "act_named(motion.act).carry_out(motion, actor, now)",
    ],
)
def test_each_way_around_would_be_found(source):
    assert deeds_in(source)


def test_the_steps_are_still_called_that():
    from governance.services.accounts import end_right
    from governance.services.erasure import erase_subject
    from governance.services.policies import publish_version
    from models_registry.services.levels import lower_level
    from models_registry.services.mandates import issue_mandate
    from reviews.services.halting import lift_halt

    steps = (end_right, erase_subject, publish_version, issue_mandate, lift_halt,
             lower_level)  # fmt: skip
    assert {step.__name__ for step in steps} == STEPS
