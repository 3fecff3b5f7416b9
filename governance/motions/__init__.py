"""Acts that take more than one person: what they are, in `registry`; the floor's own beside it."""

from governance.motions import act_quorums, erasure, report_approvals

__all__ = ["act_quorums", "erasure", "report_approvals"]
