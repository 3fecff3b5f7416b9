"""The demo's models, trained once for all tests of a process."""

from functools import cache

from reviews.demo.catalogue import SYSTEMS, SystemSpec
from reviews.demo.proposals import TrainedModel


def model_of(spec: SystemSpec) -> TrainedModel:
    return _trained(spec.slug)


@cache
def _trained(slug: str) -> TrainedModel:
    return next(spec for spec in SYSTEMS if spec.slug == slug).train()
