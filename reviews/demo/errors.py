"""Why the demonstration cannot be loaded."""


class DemoError(Exception):
    """A sentence for whoever started the load."""


class LearningLibraryMissing(DemoError):
    """The demonstration trains its models, and the library for that is an extra."""

    def __init__(self) -> None:
        super().__init__(
            "The demo trains its models with scikit-learn, which is not installed: "
            "run `uv sync --extra demo`, or start with `python3 run.py up --demo`."
        )
