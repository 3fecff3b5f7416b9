from importlib import import_module

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        # It registers itself: the floor below asks it for the queues that a policy may name.
        import_module("reviews.selectors.queue_names")
        # And so does this, for those who vote on a policy's text.
        import_module("reviews.selectors.simulated_texts")
