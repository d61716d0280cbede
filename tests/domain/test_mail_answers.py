"""Why a mail has not left, from what was answered."""

from __future__ import annotations

import pytest

from aqss.domain.mail_answers import Cause, cause_of, words_of

OF_THE_MAIL = {
    "550 nobody": Cause.ADDRESS_REFUSED,
    "550 5.1.1 <nadia@exemple.fr>: Recipient address rejected": Cause.ADDRESS_REFUSED,
    "551 not here": Cause.ADDRESS_REFUSED,
    "553 what an address": Cause.ADDRESS_REFUSED,
    "552 mailbox full": Cause.MAILBOX_REFUSED,
    "550 5.2.1 mailbox disabled": Cause.MAILBOX_REFUSED,
    "554 no spam here": Cause.MAIL_REFUSED,
    "550 5.7.1 blocked by policy": Cause.MAIL_REFUSED,
    "550-5.7.26 unauthenticated": Cause.MAIL_REFUSED,
    "message impossible: more than one line in the subject": Cause.UNWRITABLE,
    "SMTPUTF8 not supported by server": Cause.OTHER,
}

OF_THE_SERVER = {
    "": Cause.NOT_TRIED,
    "expired": Cause.NOT_TRIED,
    "421 closing": Cause.LATER,
    "450 4.2.0 greylisted": Cause.LATER,
    "expired: 450 later": Cause.LATER,
    "535 5.7.8 authentication failed": Cause.SIGN_IN_REFUSED,
    "530 authentication required": Cause.SIGN_IN_REFUSED,
    "454 4.7.0 temporary authentication failure": Cause.SIGN_IN_REFUSED,
    "SMTP AUTH extension not supported by server.": Cause.SIGN_IN_REFUSED,
    "SMTPException: No suitable authentication method found.": Cause.SIGN_IN_REFUSED,
    "550 5.7.1 sender not allowed": Cause.SENDER_REFUSED,
    "554 go away": Cause.SENDER_REFUSED,
    "ConnectionRefusedError: [Errno 111] Connection refused": Cause.SERVER_SILENT,
    "ConnectionResetError: [Errno 104] Connection reset by peer": Cause.SERVER_SILENT,
    "BrokenPipeError: [Errno 32] Broken pipe": Cause.SERVER_SILENT,
    "TimeoutError: timed out": Cause.SERVER_SILENT,
    "gaierror: [Errno -2] Name or service not known": Cause.SERVER_SILENT,
    "OSError: [Errno 113] No route to host": Cause.SERVER_SILENT,
    "SMTPServerDisconnected: Connection unexpectedly closed": Cause.SERVER_SILENT,
    "SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED]": Cause.SERVER_UNSAFE,
    "SSLError: [SSL: WRONG_VERSION_NUMBER]": Cause.SERVER_UNSAFE,
    "SSL: no STARTTLS offered, and a password is not sent in clear": Cause.SERVER_UNSAFE,
    "[Errno 28] No space left on device: 'outbox'": Cause.FOLDER,
    "[Errno 13] Permission denied: 'outbox'": Cause.FOLDER,
    "KeyError: 'bug'": Cause.OTHER,
    "250 what": Cause.OTHER,
    "5501 what": Cause.OTHER,
}


@pytest.mark.parametrize(("answer", "cause"), OF_THE_MAIL.items())
def test_a_refusal_that_ends_a_mail_is_about_that_mail(answer: str, cause: Cause) -> None:
    assert cause_of(answer, is_refused=True) is cause


@pytest.mark.parametrize(("answer", "cause"), OF_THE_SERVER.items())
def test_what_leaves_a_mail_to_be_tried_again_is_about_the_server(answer: str, cause: Cause) -> None:
    assert cause_of(answer, is_refused=False) is cause


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_told_by_some_answer(cause: Cause) -> None:
    assert cause in {*OF_THE_MAIL.values(), *OF_THE_SERVER.values()}


def test_the_words_of_the_server_are_told_apart_from_ours() -> None:
    assert words_of("550 nobody") == "550 nobody"
    assert words_of("expired: 450 later") == "450 later"
    assert words_of("expired") == ""
