"""Run as a program in the settings of a started product: from now on the cases of its first queue
climb a ladder of three rungs, a second each."""

import django

LADDER = """
version: 1
rungs:
  - {within: PT1S, raise_priority: 5, notify: [{queue: first-line}]}
  - {within: PT1S, queue: second-line}
  - {within: PT1S, add_ballot: true}
at_end: hold
"""


def main() -> None:
    from reviews.models import Queue
    from tests.reviews.ladders.made import give, make_ladder

    give(Queue.objects.get(slug="first-line"), make_ladder("steep", LADDER))


if __name__ == "__main__":
    django.setup()
    main()
