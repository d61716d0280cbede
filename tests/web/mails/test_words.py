"""The words for mails in trouble: every kind and every cause has its own, in French."""

from __future__ import annotations

import pytest

from aqss.config import ROOT
from aqss.domain.mail_answers import Cause
from aqss.web.mails.words import CAUSES, KINDS
from tests.page_rules import french_faults


def test_every_kind_of_mail_has_a_name() -> None:
    templates = ROOT / "aqss" / "gateways" / "templates" / "mail"
    assert set(KINDS) == {folder.name for folder in templates.iterdir() if folder.is_dir()}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_says_what_is_the_matter_and_what_to_do(cause: Cause) -> None:
    told = CAUSES[cause]
    assert not told.what.endswith(".")
    for sentence in (told.for_administrator, told.for_centre):
        assert sentence.endswith(".")
    for words in (told.what, told.for_administrator, told.for_centre):
        assert list(french_faults(words)) == []


def test_no_two_causes_are_told_alike() -> None:
    assert len({told.what for told in CAUSES.values()}) == len(CAUSES)


@pytest.mark.parametrize("cause", Cause)
def test_who_leads_a_centre_is_not_told_of_settings(cause: Cause) -> None:
    assert "AQSS_" not in CAUSES[cause].for_centre
