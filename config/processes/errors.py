"""Why the processes did not start or had to stop."""


class ServiceError(RuntimeError):
    """A part cannot run. The text is a sentence for the person at the terminal; `exit_code` is
    what the command ends with."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class TookTooLong(ServiceError):
    """A part was given up waiting for."""
