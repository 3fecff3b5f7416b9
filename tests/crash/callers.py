"""Programs and people that call a product which may die at any moment."""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from config.env import PROJECT_DIR, child_environment
from tests.config.started import Started

DIED = (OSError, http.client.HTTPException)
CSRF = "c" * 32


@dataclass(frozen=True, slots=True)
class World:
    """The callers of one product: an API key and the sessions of four people. `made_at`: RFC 3339;
    all decisions say that they are of then, so that a repetition is one."""

    key: str
    sessions: list[str]
    made_at: str


def world_of(run: Started) -> World:
    """The world in the product's database, made on first use."""
    known = run.data / "world.json"
    if not known.exists():
        run_beside(run, "tests.crash.prepare", str(known))
    return World(**json.loads(known.read_text()))


def sweep(run: Started) -> None:
    """Send the task that beat sends every half minute."""
    task = "reviews.tasks.escalate_overdue_cases"
    run_beside(run, "celery", "--quiet", "-A", "config.celery", "call", task)


def run_beside(run: Started, module: str, *arguments: str) -> None:
    """Run a program of ours in the settings of the product."""
    surroundings = child_environment(
        DJANGO_SETTINGS_MODULE="config.settings.dev", COUNTERSIGN_DATA_DIR=str(run.data)
    )
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, cwd=PROJECT_DIR, env=surroundings, check=True, capture_output=True)


def post(
    run: Started, path: str, body: Any, headers: dict[str, str]
) -> tuple[int, dict[str, Any]] | None:
    """Status and body of the answer; None when the product died over it or could not do it."""
    connection = http.client.HTTPConnection("127.0.0.1", run.port, timeout=20)
    try:
        connection.request(
            "POST",
            f"/api/v1/{path}",
            json.dumps(body),
            {"Content-Type": "application/json", **headers},
        )
        response = connection.getresponse()
        raw = response.read()
    except DIED:
        return None
    finally:
        connection.close()
    if response.status >= 500:
        return None
    return response.status, json.loads(raw) if raw else {}


def submit(run: Started, world: World, external_id: str, number: int) -> str | None:
    """The id of a decision that was acknowledged: every third passes, the others wait."""
    passes = number % 3 == 0
    answer = post(
        run,
        "decisions",
        {
            "decision_type": "lending-approval",
            "model_version": "1.0.0",
            "external_id": external_id,
            "occurred_at": world.made_at,
            "outcome": "grant" if passes else "refuse",
            "confidence": 0.99 if passes else 0.7,
            "facts": {"income": 1200.5, "years": number},
            "subject": {"ref": f"customer-{number % 7}"},
        },
        {"Authorization": f"Bearer {world.key}"},
    )
    if answer is None:
        return None
    status, body = answer
    assert status in {200, 201}, body
    return str(body["id"])


def rule_until_it_dies(run: Started, session: str, ruled: list[str]) -> None:
    """Claim and uphold one case after another; `ruled` gets the id of each acknowledged verdict."""
    headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF}
    while True:
        claimed = None
        for queue in ("second-line", "first-line"):
            claimed = post(run, f"queues/{queue}/claim-next", None, headers)
            if claimed is None or claimed[0] == 200:
                break
        if claimed is None or claimed[0] != 200:
            return
        case = claimed[1]
        ruling = {"claim": case["claim"], "kind": "uphold", "reason_code": "agrees"}
        verdict = post(run, f"cases/{case['id']}/verdict", ruling, headers)
        if verdict is None:
            return
        if verdict[0] == 201:
            ruled.append(str(verdict[1]["id"]))


def in_threads(acts: Iterable[Callable[[], Any]], then: Callable[[], None]) -> list[Any]:
    """Run the acts eight at a time and `then` beside them; return what the acts returned."""
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(act) for act in acts]
        then()
        return [future.result() for future in futures]


def kill(number: int) -> None:
    """The end that nothing can prepare for."""
    os.kill(number, 9)
