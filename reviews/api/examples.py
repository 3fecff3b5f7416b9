"""Examples for the API's documentation. The tests send them as they stand."""

from drf_spectacular.utils import OpenApiExample

DECISION = OpenApiExample(
    "A biopsy",
    value={
        "decision_type": "biopsy-reading",
        "model_version": "1.0.0",
        "external_id": "sample-000123",
        "occurred_at": "2026-11-23T08:00:00Z",
        "outcome": "benign",
        "confidence": 0.973,
        "facts": {"worst_radius": 13.2},
        "subject": {"ref": "patient-4711"},
        "alternatives": [{"outcome": "malignant", "confidence": 0.027}],
        "input": {"worst radius": 13.2, "mean texture": 17.1},
        "explanation": {
            "factors": [{"name": "worst_radius", "label": "Worst radius", "weight": -0.8}]
        },
        "sources": [{"title": "Laboratory report", "reference": "lab-88"}],
    },
    request_only=True,
)
PASSED = OpenApiExample(
    "Passed, with a permit",
    value={
        "id": "01939c6e-5c2f-7a10-8000-5a0b1c2d3e4f",
        "external_id": "sample-000123",
        "decision_type": "biopsy-reading",
        "model_version": "1.0.0",
        "received_at": "2026-11-23T08:00:01Z",
        "disposition": "pass",
        "reasons": [{"code": "rule", "sentence": "Clearly benign by the policy's own measure."}],
        "rule": "clearly-benign",
        "policy_version": "01939c6e-0000-7a10-8000-000000000001",
        "standing": "permitted",
        "is_final": True,
        "outcome": "benign",
        "case": None,
        "permit": {
            "id": "01939c6e-5c30-7a10-8000-5a0b1c2d3e50",
            "token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImNvdW50ZXJzaWduLXBlcm1pdCtqd3QifQ.e30.c2ln",
            "outcome": "benign",
            "digest": "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de",
            "expires_at": "2026-11-23T08:15:01Z",
        },
    },
    response_only=True,
    status_codes=["201"],
)
WITHDRAWAL = OpenApiExample(
    "Sent twice", value={"reason": "The sample was mixed up in the laboratory."}, request_only=True
)
TRUTH = OpenApiExample(
    "Pathology",
    value={
        "outcome": "malignant",
        "source": "histopathology",
        "observed_at": "2026-11-23T09:00:00Z",
    },
    request_only=True,
)
EXECUTION = OpenApiExample(
    "Carried out",
    value={
        "permit": "eyJhbGciOiJFZERTQSIsInR5cCI6ImNvdW50ZXJzaWduLXBlcm1pdCtqd3QifQ.e30.c2ln",
        "outcome": "benign",
        "executed_at": "2026-11-23T08:01:00Z",
        "reference": "letter-991",
    },
    request_only=True,
)
PERMIT = OpenApiExample("A permit", value={"permit": EXECUTION.value["permit"]}, request_only=True)
RECUSAL = OpenApiExample(
    "A relative", value={"reason": "knows_person", "note": "She is my cousin."}, request_only=True
)
PAUSE = OpenApiExample(
    "A document is missing",
    value={
        "reason": "person",
        "until": "2026-12-07T08:00:00Z",
        "note": "Asked for the last payslip.",
    },
    request_only=True,
)
DELEGATION = OpenApiExample(
    "For two weeks",
    value={
        "delegate": "ada",
        "system": "biopsy",
        "valid_until": "2026-12-07T08:00:00Z",
        "reason": "Annual leave.",
    },
    request_only=True,
)
ABSENCE = OpenApiExample(
    "Two weeks",
    value={"valid_from": "2026-12-01T08:00:00Z", "valid_until": "2026-12-15T08:00:00Z"},
    request_only=True,
)
CONFLICT = OpenApiExample(
    "A relative of a customer",
    value={"person": "ada", "reference": "patient-4711", "reason": "Family."},
    request_only=True,
)
VERDICT = OpenApiExample(
    "An override",
    value={
        "claim": 1,
        "kind": "override",
        "outcome": "malignant",
        "reason_code": "contradicts-evidence",
        "reason_text": "The nuclei are clearly irregular in this sample.",
    },
    request_only=True,
)
CONTEST = OpenApiExample(
    "A challenge",
    value={
        "external_id": "sample-000123",
        "statement": "I have had a second examination since, and it says otherwise.",
        "received_at": "2026-11-24T10:15:00Z",
    },
    request_only=True,
)
HALT = OpenApiExample(
    "Stop one system",
    value={"system": "diagnosis-support", "reason": "Implausible outputs since this morning."},
    request_only=True,
)
