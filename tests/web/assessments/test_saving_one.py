"""One answer saved as it is given: what the page's script asks, and whatever else may be sent to it."""

from __future__ import annotations

from typing import Any

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Answer
from aqss.services.assessments.rating import Submission
from tests.builders import an_administrator
from tests.clock import FakeClock
from tests.page import Site
from tests.web.assessments.scene import (
    FIGURES,
    NIR,
    Team,
    a_scope,
    advance,
    grid_url,
    make_assessment,
    rate,
    save,
    send,
    stored,
)

WRITE = "0f8fad5b-d9cb-469f-a165-70867728950e"
"""The name that a browser gives to a write."""


def test_what_stands_and_where_it_leads_is_told(member: Site, runtime: Runtime, rating: int) -> None:
    status, told = save(member, rating, "A2-01", "partiel", comment=" Vu ")
    assert status == 200
    progress = told.pop("progress")
    shown = told.pop("shown")
    assert told == {
        "value": "partiel",
        "number": "",
        "words": "",
        "reason": "",
        "comment": "Vu",
        "version": 1,
        "saved_at": "10\u00a0h\u00a000",
    }
    assert (progress["rated"], progress["concerned"], progress["blank"]) == (1, 11, 10)
    assert (progress["score"], progress["band"], progress["rank"]) == ("50,0", "À consolider", "mid")
    assert shown == member.get(grid_url(rating)).field("A2-01-shown")["value"]
    assert stored(runtime, rating, "A2-01").comment == "Vu"


@pytest.mark.parametrize(
    ("level", "rank"), [("oui", "high"), ("partiel", "mid"), ("non", "low"), ("nsp", "none")]
)
def test_the_band_has_the_look_of_its_place(member: Site, rating: int, level: str, rank: str) -> None:
    assert save(member, rating, "A2-01", level)[1]["progress"]["rank"] == rank


def test_each_change_starts_from_the_version_of_the_one_before(
    member: Site, runtime: Runtime, rating: int
) -> None:
    for version, level in enumerate(("oui", "non", "partiel")):
        assert save(member, rating, "A2-01", level, version=version)[1]["version"] == version + 1
    assert stored(runtime, rating, "A2-01").level == "partiel"


def test_sending_again_what_got_no_reply_is_no_second_change(
    member: Site, runtime: Runtime, rating: int
) -> None:
    first = save(member, rating, "A2-01", "oui")
    for _ in range(5):
        assert save(member, rating, "A2-01", "oui") == first
    assert stored(runtime, rating, "A2-01").version == 1


def test_codes_alone_leave_the_comment_as_it_is(member: Site, runtime: Runtime, rating: int) -> None:
    save(member, rating, "A2-01", "oui", comment="Vu")
    status, told = save(member, rating, "A2-01", "non", version=1, write=WRITE)
    assert (status, told["comment"]) == (200, "Vu")
    assert stored(runtime, rating, "A2-01").comment == "Vu"


def test_a_write_sent_again_is_answered_as_the_first_time_whatever_came_after(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    first = save(member, rating, "A2-01", "oui", write=WRITE)
    rate(runtime, team.colleague, rating, {"A2-01": "non"})
    again = save(member, rating, "A2-01", "oui", write=WRITE.upper())
    assert (again[0], again[1]["value"], again[1]["version"]) == (200, "oui", first[1]["version"])
    assert (stored(runtime, rating, "A2-01").level, stored(runtime, rating, "A2-01").version) == ("non", 2)


def test_a_write_named_otherwise_or_not_at_all_meets_what_came_in_between(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    save(member, rating, "A2-01", "oui", write=WRITE)
    rate(runtime, team.colleague, rating, {"A2-01": "non"})
    for name in ("", "1", WRITE.replace("0", "1")):
        assert save(member, rating, "A2-01", "oui", write=name)[0] == 409


def test_another_answer_meanwhile_is_told_and_nothing_is_overwritten(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.colleague, rating, {"A2-01": Submission("na", "Aucune équipe", "Voir avec eux")})
    status, told = save(member, rating, "A2-01", "oui", comment="Mon avis")
    assert status == 409
    assert (told["value"], told["reason"], told["comment"]) == ("na", "Aucune équipe", "Voir avec eux")
    assert told["version"] == 1
    assert stored(runtime, rating, "A2-01").kind == "na"
    assert save(member, rating, "A2-01", "oui", version=told["version"], comment="Mon avis")[0] == 200


@pytest.mark.parametrize("text", [NIR, f"avant {NIR} après"])
@pytest.mark.parametrize("field", ["comment", "reason"])
def test_a_patients_number_is_refused(
    member: Site, runtime: Runtime, rating: int, field: str, text: str
) -> None:
    status, told = save(member, rating, "A2-01", "na", **{"reason": "Motif", field: text})
    assert status == 422
    assert "numéro de sécurité sociale" in told["problems"][0]
    assert stored(runtime, rating, "A2-01") is None


def test_every_fault_is_told_at_once(member: Site, rating: int) -> None:
    status, told = save(member, rating, "A2-01", "na", reason="", comment=NIR)
    assert (status, len(told["problems"])) == (422, 2)


LEVELS: dict[str, Any] = {
    "negative": "-1",
    "large": "99",
    "not a number": "NaN",
    "infinite": "1e309",
    "of another scale": "n1",
    "upper case": "OUI",
    "spaces": " oui ",
    "a label": "En partie",
    "a number's mark": "=number",
    "a text's mark": "=text",
    "a list": "[]",
    "an object": '{"$ne": 1}',
    "sql": "oui'; DROP TABLE answers; --",
    "nul": "oui\x00",
    "turned": "\u202eiuo",
    "joiner": "o\u200dui",
    "full width": "ｏｕｉ",
    "surrogate": b"\xed\xa0\x80",
    "not utf-8": b"\xff\xfe",
    "one megabyte": "é" * 500_000,
}


@pytest.mark.campaign("B8")
@pytest.mark.parametrize("value", LEVELS.values(), ids=LEVELS)
def test_a_level_that_is_none_of_the_scale_is_refused_and_nothing_is_kept(
    member: Site, runtime: Runtime, rating: int, value: str | bytes
) -> None:
    answer = send(member, f"{grid_url(rating)}/reponses/A2-01", value=value, version="0")
    if value in ("=number", "=text"):  # nothing beside the mark: no answer, as it was
        assert answer.status_code == 200
        assert stored(runtime, rating, "A2-01") is None
        return
    assert answer.status_code == 422
    assert answer.json["problems"]
    assert stored(runtime, rating, "A2-01") is None


TEXTS: dict[str, tuple[str | bytes, int]] = {
    "nul": ("avant\x00après", 422),
    "escape": ("\x1b[31mrouge", 422),
    "right to left": ("\u202egnirts", 200),
    "family": ("👨\u200d👩\u200d👧", 200),
    "decomposed": ("Lé\u0301a", 200),
    "astral": ("𝒩𝒶𝒹𝒾𝒶 🩺", 200),
    "surrogate": (b"\xed\xa0\x80", 200),
    "not utf-8": (b"a\xffb", 200),
    "zalgo": ("a" + "\u0301" * 500, 200),
    "line breaks": ("a\r\nb\u2028c\x0bd", 200),
    "invisible": ("\u200b\u2060\ufeff", 200),
    "noncharacter": ("\ufffe\uffff", 422),
    "two thousand": ("é" * 2000, 200),
    "one more": ("é" * 2001, 422),
    "one megabyte": ("é" * 500_000, 422),
    "formula": ('=HYPERLINK("http://x")', 200),
    "percent": ("%s%n%(name)s{0}", 200),
}


@pytest.mark.campaign("B9")
@pytest.mark.parametrize(("text", "status"), TEXTS.values(), ids=TEXTS)
def test_any_comment_is_kept_or_refused_with_a_reason(
    member: Site, runtime: Runtime, rating: int, text: str | bytes, status: int
) -> None:
    answer = send(member, f"{grid_url(rating)}/reponses/A2-01", value="oui", comment=text, version="0")
    assert answer.status_code == status
    row = stored(runtime, rating, "A2-01")
    assert (row is not None) is (status == 200)
    member.typed.update([text] if isinstance(text, str) else [])
    member.get(grid_url(rating))


@pytest.mark.campaign("B8")
@pytest.mark.parametrize(
    "version", ["1", "-1", "99", "", "NaN", "1e309", "9" * 40, "\x00", "²", "0x0", "[0]"]
)
def test_a_version_that_is_not_the_one_that_stands_overwrites_nothing(
    member: Site, runtime: Runtime, team: Team, rating: int, version: str
) -> None:
    rate(runtime, team.colleague, rating, {"A2-01": "non"})
    rate(runtime, team.colleague, rating, {"A2-01": "partiel"})
    status, told = save(member, rating, "A2-01", "oui", version=version)  # type: ignore[arg-type]
    assert (status, told["value"]) == (409, "partiel")
    assert stored(runtime, rating, "A2-01").level == "partiel"


@pytest.mark.campaign("B8")
def test_of_a_field_sent_twice_the_first_counts_and_unknown_fields_do_not(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    fields = {
        "value": ["non", "oui"],
        "updated_by_id": str(team.manager.id),
        "sheet_id": "7",
        "kind": "level",
    }
    assert send(member, f"{grid_url(rating)}/reponses/A2-01", version="0", **fields).status_code == 200
    row = stored(runtime, rating, "A2-01")
    assert (row.level, row.updated_by_id) == ("non", team.member.id)


def test_nothing_sent_is_no_answer(member: Site, runtime: Runtime, rating: int) -> None:
    assert send(member, f"{grid_url(rating)}/reponses/A2-01").status_code == 200
    assert stored(runtime, rating, "A2-01") is None


def test_a_number_is_saved_as_it_is_written_in_french(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(FIGURES))
    status, told = save(member, key, "D1-01", "=number", grid=FIGURES, number="12\u202f500")
    assert (status, told["number"]) == (200, "12\u00a0500")
    assert told["progress"]["is_scored"] is False
    assert save(member, key, "D1-01", "oui", grid=FIGURES, version=1)[0] == 422


@pytest.mark.parametrize(
    "address",
    ["reponses/A2-99", "reponses/D1-01", "reponses/%00", "reponses/A2-01%27", f"reponses/{'A' * 200}"],
)
def test_a_criterion_of_no_grid_or_another_is_not_found(member: Site, rating: int, address: str) -> None:
    answer = send(member, f"{grid_url(rating)}/{address}", value="oui", version="0")
    assert answer.status_code == 404
    assert answer.json["error"]["title"] == "Page introuvable"


def test_an_answer_to_a_criterion_that_does_not_apply_is_kept_and_not_counted(
    member: Site, runtime: Runtime, rating: int
) -> None:
    status, told = save(member, rating, "A2-09", "oui")
    assert (status, told["progress"]["rated"]) == (200, 0)
    assert stored(runtime, rating, "A2-09").level == "oui"


@pytest.mark.parametrize("step", ["preparation", "validation", "close"])
def test_at_a_step_without_rating_nothing_is_saved_and_the_reason_is_told(
    member: Site, runtime: Runtime, team: Team, step: str
) -> None:
    key = make_assessment(runtime, team, to=step)
    status, told = save(member, key, "A2-01", "oui")
    assert (status, told["error"]["title"]) == (409, "Ce n’est pas possible à cette étape")
    assert "version" not in told
    assert stored(runtime, key, "A2-01") is None


def test_in_the_agreement_an_answer_can_still_be_corrected(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    advance(runtime, team, rating, "accord")
    assert save(member, rating, "A2-01", "oui")[0] == 200


def test_nobody_outside_the_team_saves_anything(
    site: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    with runtime.sessions.writing() as session:
        administrator = an_administrator(session)
        session.commit()
    for person, status in ((team.stranger, 404), (administrator, 403)):
        site.sign_in(person)
        assert save(site, rating, "A2-01", "oui")[0] == status
    assert stored(runtime, rating, "A2-01") is None


def test_a_session_that_has_ended_is_told_as_such(
    member: Site, runtime: Runtime, clock: FakeClock, rating: int
) -> None:
    clock.advance(hours=13)
    status, told = save(member, rating, "A2-01", "oui")
    assert (status, told["error"]["title"]) == (401, "Votre session est terminée")
    assert stored(runtime, rating, "A2-01") is None


def test_the_token_of_a_session_before_is_void_and_the_new_one_is_one_request_away(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    stale = member.form_token()
    member.sign_in(team.member)
    address = f"{grid_url(rating)}/reponses/A2-01"
    headers = {"Accept": "application/json", "X-CSRFToken": stale}
    fields = {"value": "oui", "version": "0"}
    assert member.send(address, fields, with_token=False, headers=headers).status_code == 400
    fresh = member.client.get("/jeton", headers={"Accept": "application/json"}).json
    assert fresh["person"] == team.member.id
    headers["X-CSRFToken"] = fresh["token"]
    assert member.send(address, fields, with_token=False, headers=headers).status_code == 200
    assert stored(runtime, rating, "A2-01").level == "oui"


def test_the_token_is_given_to_nobody_who_is_not_signed_in(site: Site) -> None:
    answer = site.client.get("/jeton", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert "token" not in answer.json


def test_nothing_but_a_form_is_read(member: Site, runtime: Runtime, rating: int) -> None:
    token = member.form_token()
    answer = member.client.post(
        f"{grid_url(rating)}/reponses/A2-01", json={"value": "oui"}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200
    with runtime.sessions.reading() as session:
        assert session.query(Answer).count() == 0
