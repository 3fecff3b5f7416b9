"""Has no decision come for longer than the policy allows?

Nothing is estimated: an alarm says that the silence was longer, so that it is never wrong about
what it says. How often chance alone makes such a silence follows from the rate at which decisions
come: of a Poisson process with `per_second`, a window of W seconds begins on average at most
W * per_second * exp(-per_second * silence) silences of that length.
"""

import math

from reviews.monitors.looks import Look, judged, too_few


def look_at_silence(seconds: float | None, allowed: float, decisions: int) -> Look:
    """`seconds`: since the last decision, None where there never was one; `decisions`: how many
    came in the reference."""
    if seconds is None:
        return too_few(decisions, 1)
    return judged(decisions, 1, seconds, allowed)


def silences_by_chance(decisions: int, over: float, allowed: float, window: float) -> float:
    """How many silences longer than `allowed` a window is expected to begin, at the rate of
    `decisions` in `over` seconds and if they come independently of one another."""
    per_second = decisions / over
    return window * per_second * math.exp(-per_second * allowed)
