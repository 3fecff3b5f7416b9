"""How much looking one examination may take: a text could ask for more than anybody waits for."""

from dataclasses import dataclass

MAX_STEPS = 200_000  # of about a microsecond


@dataclass(slots=True)
class Budget:
    """`is_whole`: whether everything that was asked for could be looked at."""

    left: int = MAX_STEPS
    is_whole: bool = True

    def spend(self, steps: int) -> bool:
        """Whether there are so many steps left; if so they are taken."""
        if steps > self.left:
            self.is_whole = False
            return False
        self.left -= steps
        return True
