"""What the registry refuses."""

from governance.errors import DomainError


class SystemNotClassified(DomainError):
    code = "system_not_classified"
    title = "The AI system is not classified"


class SystemProhibited(DomainError):
    """Source: Regulation (EU) 2024/1689 Art. 5."""

    code = "system_prohibited"
    title = "The AI system falls under a prohibited practice"


class StatusDoesNotFollow(DomainError):
    code = "status_does_not_follow"
    title = "This status does not follow the present one"


class MandateRevoked(DomainError):
    code = "mandate_revoked"
    title = "The mandate was already revoked"


class LevelNotAbove(DomainError):
    """A level is raised to a higher one only."""

    code = "level_not_above"
    status = 409
    title = "This is not a higher level"


class LevelNotBelow(DomainError):
    """A level is lowered to a lower one only, and from the one that was approved."""

    code = "level_not_below"
    status = 409
    title = "This is not a step down from the level it has"
