"""What a refusal of the API must look like."""

from dataclasses import dataclass

from tests.governance.api.calling import PROBLEM, Answer


@dataclass(frozen=True, slots=True)
class Expected:
    status: int
    code: str
    pointers: tuple[str, ...] = ()


def invalid(*pointers: str) -> Expected:
    return Expected(400, "invalid", pointers)


def unfit(*pointers: str) -> Expected:
    return Expected(422, "input_invalid", pointers)


def check_refused(answer: Answer, expected: Expected) -> None:
    assert (answer.status, answer.kind) == (expected.status, PROBLEM), answer.body
    body = answer.body
    assert (body["status"], body["code"]) == (expected.status, expected.code)
    assert body["type"] == f"urn:countersign:problem:{expected.code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert sorted(answer.pointers) == sorted(expected.pointers)
