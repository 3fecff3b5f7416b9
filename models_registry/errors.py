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
