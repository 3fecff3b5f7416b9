"""Time stamps on checkpoints by an authority that others trust (RFC 3161). Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

QUERY_KIND = "application/timestamp-query"


class TimestampRejected(ValueError):
    """An answer is no time stamp on this note by an authority that the roots vouch for."""


@dataclass(frozen=True, slots=True)
class Query:
    """A request for a stamp on `note`, with a nonce: an old answer does not fit it."""

    note: bytes
    request: TimeStampRequest

    @classmethod
    def about(cls, note: bytes) -> Query:
        """SHA-256 of the note; the authority is to send its certificate along."""
        builder = TimestampRequestBuilder(note, HashAlgorithm.SHA256, nonce=True, cert_req=True)
        return cls(note, builder.build())

    def encoded(self) -> bytes:
        """The TimeStampReq, DER."""
        return self.request.as_bytes()

    def stamped_at(self, answer: bytes, roots: bytes) -> datetime:
        """The instant that the authority states in `answer`, a TimeStampResp in DER.

        `roots`: PEM certificates. Raises TimestampRejected unless it is granted, about this note,
        for this query, and signed by an authority for time stamps that a root vouches for.
        """
        verifier = VerifierBuilder.from_request(self.request)
        for certificate in load_pem_x509_certificates(roots):
            verifier = verifier.add_root_certificate(certificate)
        try:
            response = decode_timestamp_response(answer)
            verifier.build().verify_message(response, self.note)
            return response.tst_info.gen_time
        except (VerificationError, ValueError) as fault:
            raise TimestampRejected(str(fault)) from fault
