"""Streams of known make-up, each looked at as a monitor looks at it.

A run is one window's length of looks, on windows that roll. Without a shift it tells whether there
was an alarm; with one, which sets in at the run's first item, after how many items it was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from reviews.monitors import drift
from reviews.monitors.calibration import look_at_calibration
from reviews.monitors.disagreement import look_at_disagreement
from reviews.monitors.looks import Finding, Look, per_look
from reviews.monitors.sequential import Evidence, Shares, followed, look_of
from reviews.monitors.silence import look_at_silence, silences_by_chance
from reviews.monitors.volume import look_at_volume

RATE = 0.01

# The items after which the first alarm came; None for none.
Run = Callable[[Generator, bool], int | None]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `within`: in so many items the shift must be found, as stated."""

    name: str
    window: str
    looks: int
    shift: str
    within: int
    unit: str
    run: Run


def _rolling(
    stream: np.ndarray, size: int, looks: int, look: Callable[[np.ndarray], Look]
) -> int | None:
    """Looks at the last `size` of the stream, which begins with one whole window before it."""
    step = size // looks
    for number in range(1, looks + 1):
        if look(stream[number * step : number * step + size]).finding is Finding.ALARM:
            return number * step
    return None


def _confidences(statistic: Callable[..., Look], size: int, looks: int, lower: float) -> Run:
    alpha = per_look(RATE, looks)

    def counted(values: np.ndarray) -> list[int]:
        steps = np.minimum((values * drift.FINE).astype(int), drift.FINE - 1)
        return [int(count) for count in np.bincount(steps, minlength=drift.FINE)]

    def run(random: Generator, is_shifted: bool) -> int | None:
        reference = counted(random.beta(8, 2, 10_000))
        stream = random.beta(8, 2, 2 * size)
        if is_shifted:
            stream[size:] = np.clip(stream[size:] - lower, 0, 1)
        return _rolling(
            stream, size, looks, lambda part: statistic(reference, counted(part), alpha)
        )

    return run


def _outcomes(statistic: Callable[..., Look], size: int, looks: int) -> Run:
    alpha, usual, shifted = per_look(RATE, looks), [0.6, 0.3, 0.08, 0.02], [0.52, 0.38, 0.08, 0.02]

    def counted(values: np.ndarray) -> dict[str, int]:
        return {str(key): int(count) for key, count in Counter(values.tolist()).items()}

    def run(random: Generator, is_shifted: bool) -> int | None:
        reference = counted(random.choice(4, 10_000, p=usual))
        first = random.choice(4, size, p=usual)
        rest = random.choice(4, size, p=shifted if is_shifted else usual)
        stream = np.concatenate([first, rest])
        return _rolling(
            stream, size, looks, lambda part: statistic(reference, counted(part), alpha)
        )

    return run


def _sequential(items: int) -> Run:
    shares = Shares(expected=0.05, unacceptable=0.10, run=items, rate=RATE)

    def run(random: Generator, is_shifted: bool) -> int | None:
        evidence = Evidence()
        if is_shifted:
            # Set in after a long quiet time.
            quiet = (random.random(2_000) < shares.expected).tolist()
            evidence = Evidence(followed(shares, evidence, quiet)[0].value)
        share = shares.unacceptable if is_shifted else shares.expected
        for number, is_bad in enumerate((random.random(items) < share).tolist(), start=1):
            evidence, reached = followed(shares, evidence, [is_bad])
            if look_of(shares, evidence, reached, n=items).finding is Finding.ALARM:
                return number
        return None

    return run


def _volume(dispersion: float, fall: float) -> Run:
    looks, weeks = 24, 4
    alpha = per_look(RATE, looks)
    usual = 50 * (1 + 0.8 * np.sin(np.arange(168) * 2 * np.pi / 24))

    def drawn(random: Generator, mean: np.ndarray) -> np.ndarray:
        if dispersion == 1:
            return random.poisson(mean)
        size = mean / (dispersion - 1)
        return random.negative_binomial(size, 1 / dispersion)

    def run(random: Generator, is_shifted: bool) -> int | None:
        past = np.stack([drawn(random, usual) for _ in range(weeks)])
        week = usual.copy()
        if is_shifted:
            week[24:] *= 1 - fall
        now = drawn(random, week)
        for number in range(1, looks + 1):
            hours = slice(number, number + 24)
            look = look_at_volume(int(now[hours].sum()), past[:, hours].tolist(), alpha)
            if look.finding is Finding.ALARM:
                return number
        return None

    return run


def _silence() -> Run:
    day, per_second = 86_400.0, 12 / 3600
    # So long that chance makes RATE of them in a day.
    allowed = 1.0
    while silences_by_chance(288, day, allowed, day) > RATE:
        allowed += 1

    def run(random: Generator, is_shifted: bool) -> int | None:
        gaps = random.exponential(1 / per_second, 600)
        arrivals = np.cumsum(gaps)
        last = 0.0
        for at in arrivals[arrivals < day].tolist():
            if look_at_silence(at - last, allowed, 288).finding is Finding.ALARM:
                return round(allowed)
            last = at
        return round(allowed) + 1 if is_shifted else None

    return run


def _calibration(size: int, looks: int, worse: float) -> Run:
    alpha = per_look(RATE, looks)

    def run(random: Generator, is_shifted: bool) -> int | None:
        confidence = random.beta(8, 2, 2 * size)
        chance = confidence.copy()
        if is_shifted:
            chance[size:] = np.clip(chance[size:] - worse, 0, 1)
        stream = np.stack([confidence, random.random(2 * size) < chance], axis=1)
        return _rolling(
            stream,
            size,
            looks,
            lambda part: look_at_calibration([(one, bool(right)) for one, right in part], alpha),
        )

    return run


def _disagreement(size: int, looks: int) -> Run:
    alpha, segments = per_look(RATE, looks), 5

    def run(random: Generator, is_shifted: bool) -> int | None:
        segment = random.integers(0, segments, 2 * size)
        share = np.full(2 * size, 0.10)
        if is_shifted:
            share[size:][segment[size:] == 2] = 0.30
        against = random.random(2 * size) < share
        stream = np.stack([segment, against], axis=1)

        def look(part: np.ndarray) -> Look:
            return look_at_disagreement(
                {
                    str(one): (int((part[:, 0] == one).sum()),
                               int(part[part[:, 0] == one, 1].sum()))
                    for one in range(segments)
                },
                alpha,
            )  # fmt: skip

        return _rolling(stream, size, looks, look)

    return run


LOWER, WINDOW = 0.05, 1_200
SETTINGS = (
    Setting("confidence_psi", "1,200 decisions", 24, "every confidence 0.05 lower", 1_200,
            "decisions", _confidences(drift.psi_of_confidence, WINDOW, 24, LOWER)),
    Setting("confidence_ks", "1,200 decisions", 24, "every confidence 0.05 lower", 900,
            "decisions", _confidences(drift.ks_of_confidence, WINDOW, 24, LOWER)),
    Setting("outcome_psi", "1,200 decisions", 24, "8 points of one outcome go to another", 1_200,
            "decisions", _outcomes(drift.psi_of_outcomes, WINDOW, 24)),
    Setting("outcome_chi_square", "1,200 decisions", 24, "8 points of one outcome go to another",
            1_200, "decisions", _outcomes(drift.chi_square_of_outcomes, WINDOW, 24)),
    Setting("override_rate, error_rate", "runs of 1,500 items", 1_500, "from 5 % to 10 %", 1_500,
            "items", _sequential(1_500)),
    Setting("volume", "24 hours, 4 weeks", 24, "20 % fewer, hours as Poisson", 24, "hours",
            _volume(1, 0.20)),
    Setting("volume, dispersed", "24 hours, 4 weeks", 24, "30 % fewer, variance twice the mean",
            24, "hours", _volume(2, 0.30)),
    Setting("silence", "24 hours, 12 an hour", 0, "nothing comes any more", 5_400, "seconds",
            _silence()),
    Setting("calibration", "1,200 judged decisions", 2, "right 8 points less often than stated",
            1_200, "items", _calibration(WINDOW, 2, 0.08)),
    Setting("disagreement", "600 rulings, 5 segments", 6, "one segment from 10 % to 30 %", 600,
            "items", _disagreement(600, 6)),
)  # fmt: skip
