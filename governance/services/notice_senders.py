"""What the deliveries need to know of notices: who sends their messages."""

from __future__ import annotations

from governance.services.channels import register_sender
from governance.services.notice_chat import prepare_chat
from governance.services.notice_mail import prepare_mail
from governance.services.notice_messages import CHAT, MAIL


def register() -> None:
    """Once, at start-up."""
    register_sender(MAIL, prepare_mail)
    register_sender(CHAT, prepare_chat)
