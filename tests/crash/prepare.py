"""Run as a program in the settings of a started product: makes a world in its database and writes
what its callers need to the file named on the command line."""

import json
import sys
from pathlib import Path

import django

CALLERS = 4


def main(target: Path) -> None:
    """Write `{"key": API key, "sessions": [session cookie, ...], "made_at": instant}`."""
    from django.test import Client
    from django.utils import timezone

    from tests.factories import build_world, join, make_person, policy_text, qualify

    # Late after a second: the sweep has something to do.
    world = build_world(text=policy_text().replace("PT4H", "PT1S"))
    sessions = []
    for _ in range(CALLERS):
        person = make_person(roles=["senior-reviewer"])
        qualify(person, world.system)
        join(world.first_line, person)
        join(world.second_line, person)
        client = Client()
        client.force_login(person)
        sessions.append(client.cookies["sessionid"].value)
    target.write_text(
        json.dumps({"key": world.key, "sessions": sessions, "made_at": timezone.now().isoformat()})
    )


if __name__ == "__main__":
    django.setup()
    main(Path(sys.argv[1]))
