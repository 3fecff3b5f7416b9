"""Policies with quorums, for tests."""

from tests.factories import policy_text

TWO_STAGES = """
      - {name: reading, required: 1, roles: [reviewer]}
      - {name: release, required: 1, roles: [senior-reviewer]}
"""
TWO_OF_THREE = """
      - {name: majority, required: 2, panel: 3}
"""
WITH_VETO = """
      - {name: reading, required: 2, panel: 3, veto: true}
"""


def quorum_policy(stages: str, **more: str) -> str:
    """A policy whose every case takes the quorum of these stages."""
    text = policy_text(**more).replace("verdicts: 1}", "quorum: board}")
    return f"{text}quorums:\n  board:\n    stages:{stages}"
