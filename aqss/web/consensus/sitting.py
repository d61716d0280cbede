"""The session of an assessment: prepare it, lead it from a projected screen, follow it on a phone, end it.

Each gesture is a form; each answer is the page again. The page's script only sends and fetches them sooner.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.errors import InvalidInput, NotAllowed, NotPossibleNow, StaleEdit
from aqss.gateways.french import count_fr
from aqss.gateways.qr import draw_qr
from aqss.services.consensus.agendas import save_agenda
from aqss.services.consensus.agreeing import agree, ratify, read_agreed
from aqss.services.consensus.screens import Stage, read_mark, read_phone, read_stage
from aqss.services.consensus.second_rounds import (
    abandon_second_round,
    add_word,
    close_second_round,
    open_second_round,
    vote,
)
from aqss.services.consensus.sessions import end_session, go_to, postpone, prepare_session, start_session
from aqss.services.fault_words import word_fault
from aqss.web.access import current_actor, permitted
from aqss.web.actions.in_session import QuickAction, quick_action
from aqss.web.assessments.answers import Fields, fields_of, fields_sent, submission_of
from aqss.web.assessments.trails import trail_to_assessment
from aqss.web.consensus.answers import (
    AgendaForm,
    AnswerForm,
    Faults,
    decision_sent,
    form_of,
    minutes_sent,
    place_sent,
    places_sent,
    refused_agenda,
    refused_form,
    round_sent,
)
from aqss.web.forms import version_sent
from aqss.web.transaction import abandon, current_instant, current_runtime, current_session

blueprint = Blueprint("sitting", __name__, url_prefix="/auto-evaluations/<int:assessment_id>/seance")

TOO_LATE_TO_VOTE = "Le tour est clos, ou l’écran a changé : cette réponse n’est pas comptée."
ANOTHER_ROUND = (
    "L’écran ou le deuxième tour a changé entre-temps : rien n’a été fait."
    " Relisez l’écran avant de recommencer."
)
TOO_LATE_TO_SPEAK = "L’écran a changé : votre mot n’est pas envoyé. Relisez-le avant de l’envoyer."

MINUTES = "60"
"""Of a sitting, until somebody says otherwise."""


@blueprint.get("")
@permitted(Permission.ASSESSMENT_READ)
def stage(assessment_id: int) -> ResponseReturnValue:
    """The screen of who leads; whoever else is of the team follows."""
    try:
        read = read_stage(current_session(), current_actor(), assessment_id)
    except NotAllowed:
        return redirect(url_for(".phone", assessment_id=assessment_id))
    return _stage(read, form_of(read))


@blueprint.get("/telephone")
@permitted(Permission.ASSESSMENT_READ)
def phone(assessment_id: int) -> ResponseReturnValue:
    """The screen of who follows, and votes when a second round is open."""
    return _phone(assessment_id)


@blueprint.get("/etat")
@permitted(Permission.ASSESSMENT_READ, is_asked_alone=True)
def state(assessment_id: int) -> ResponseReturnValue:
    """Whether the screens have something new to fetch, and what time it is: asked every few seconds."""
    mark = read_mark(current_session(), assessment_id)
    return jsonify(mark=mark, now=round(current_instant().timestamp(), 3))


@blueprint.post("/preparer")
@permitted(Permission.ASSESSMENT_AGREE)
def prepare(assessment_id: int) -> ResponseReturnValue:
    """Open a sitting; from now on the spread may be seen."""
    try:
        prepare_session(**_gesture(assessment_id), minutes=request.form.get("minutes", ""))
    except InvalidInput as refusal:
        abandon()
        read = read_stage(current_session(), current_actor(), assessment_id)
        return _prepare_page(read, request.form.get("minutes", ""), _sentences(refusal)), 422
    return _to_stage(assessment_id)


@blueprint.post("/commencer")
@permitted(Permission.ASSESSMENT_AGREE)
def start(assessment_id: int) -> ResponseReturnValue:
    """Begin with the first criterion."""
    start_session(**_gesture(assessment_id))
    return _to_stage(assessment_id)


@blueprint.post("/aller")
@permitted(Permission.ASSESSMENT_AGREE)
def go(assessment_id: int) -> ResponseReturnValue:
    """Show the criterion that the form names on every screen."""
    grid, criterion = place_sent()
    go_to(**_gesture(assessment_id), grid=grid, criterion=criterion)
    return _to_stage(assessment_id)


@blueprint.post("/reporter")
@permitted(Permission.ASSESSMENT_AGREE)
def come_back_later(assessment_id: int) -> ResponseReturnValue:
    """Put the criterion at the end of the agenda and go to the next one."""
    grid, criterion = place_sent()
    postpone(**_gesture(assessment_id), grid=grid, criterion=criterion)
    return _to_stage(assessment_id)


@blueprint.post("/accord")
@permitted(Permission.ASSESSMENT_AGREE)
def save_consensus(assessment_id: int) -> ResponseReturnValue:
    """Save the team's answer, then go on if asked to; what is refused comes back as it was typed."""
    place = place_sent()
    named: dict[str, Any] = dict(zip(("grid", "criterion"), place, strict=True))
    version = version_sent(request.form, "theirs" if "garder" in request.form else "version")
    try:
        agree(**_gesture(assessment_id), **named, decision=decision_sent(), expected_version=version)
        if "suivre" in request.form:
            grid, criterion = place_sent("suivant")
            go_to(**_gesture(assessment_id), grid=grid, criterion=criterion, only_from=place)
    except InvalidInput as refusal:
        abandon()
        faults = _sentences(refusal)
        read = read_stage(current_session(), current_actor(), assessment_id)
        return _stage(read, refused_form(read, place, faults)), 422
    except StaleEdit:
        abandon()
        theirs = read_agreed(current_session(), current_actor(), assessment_id=assessment_id, **named)
        read = read_stage(current_session(), current_actor(), assessment_id)
        return _stage(read, refused_form(read, place, Faults(), theirs)), 409
    return _to_stage(assessment_id)


@blueprint.post("/deuxieme-tour")
@permitted(Permission.ASSESSMENT_AGREE)
def open_round(assessment_id: int) -> ResponseReturnValue:
    """Let who joined vote again on the criterion of the screens."""
    return _of_round(assessment_id, open_second_round, last_opened_at=round_sent())


@blueprint.post("/deuxieme-tour/clore")
@permitted(Permission.ASSESSMENT_AGREE)
def close_round(assessment_id: int) -> ResponseReturnValue:
    """Show its result with the votes there are."""
    return _of_round(assessment_id, close_second_round, opened_at=round_sent())


@blueprint.post("/deuxieme-tour/abandonner")
@permitted(Permission.ASSESSMENT_AGREE)
def abandon_round(assessment_id: int) -> ResponseReturnValue:
    """Stop it without its result; what the team had agreed on stands again."""
    return _of_round(assessment_id, abandon_second_round, opened_at=round_sent())


@blueprint.post("/voix")
@permitted(Permission.ASSESSMENT_RATE)
def cast_vote(assessment_id: int) -> ResponseReturnValue:
    """One's own voice in the second round."""
    grid, criterion = place_sent()
    typed = fields_sent(request.form)
    submission = submission_of(typed)
    try:
        vote(**_gesture(assessment_id), grid=grid, criterion=criterion, submission=submission)
    except InvalidInput as refusal:
        abandon()
        return _phone(assessment_id, typed=typed, faults=_sentences(refusal)), 422
    except NotPossibleNow:
        abandon()
        return _phone(assessment_id, notice=TOO_LATE_TO_VOTE), 409
    return _to_phone(assessment_id)


@blueprint.post("/mot")
@permitted(Permission.ASSESSMENT_RATE)
def say(assessment_id: int) -> ResponseReturnValue:
    """Add a comment without a name to the criterion of the screens."""
    grid, criterion = place_sent()
    text = request.form.get("mot", "")
    try:
        add_word(**_gesture(assessment_id), grid=grid, criterion=criterion, text=text)
    except InvalidInput as refusal:
        abandon()
        return _phone(assessment_id, word=text, faults=_sentences(refusal)), 422
    except NotPossibleNow:
        abandon()
        return _phone(assessment_id, word=text, notice=TOO_LATE_TO_SPEAK), 409
    flash("Votre mot est envoyé, sans votre nom.")
    return _to_phone(assessment_id)


@blueprint.get("/ordre-du-jour")
@permitted(Permission.ASSESSMENT_AGREE)
def agenda(assessment_id: int) -> ResponseReturnValue:
    """The minutes of the sitting and of each criterion, to be changed."""
    return _agenda_page(assessment_id, AgendaForm())


@blueprint.post("/ordre-du-jour")
@permitted(Permission.ASSESSMENT_AGREE)
def change_agenda(assessment_id: int) -> ResponseReturnValue:
    """Save them, add and take off what is ticked, and choose again what fits."""
    minutes, of_each = minutes_sent()
    try:
        save_agenda(
            current_session(),
            current_actor(),
            assessment_id=assessment_id,
            minutes=minutes,
            of_each=of_each,
            added=places_sent("ajouter"),
            removed=places_sent("retirer"),
        )
    except InvalidInput as refusal:
        abandon()
        return _agenda_page(assessment_id, refused_agenda(refusal, _sentences(refusal))), 422
    return _to_stage(assessment_id)


@blueprint.get("/ratifier")
@permitted(Permission.ASSESSMENT_AGREE)
def ratification(assessment_id: int) -> ResponseReturnValue:
    """What everybody agreed on, before it is ratified in one step."""
    read = read_stage(current_session(), current_actor(), assessment_id)
    return render_template("consensus/ratify.html", stage=read, trail=_trail(read))


@blueprint.post("/ratifier")
@permitted(Permission.ASSESSMENT_AGREE)
def ratify_all(assessment_id: int) -> ResponseReturnValue:
    """Ratify those that the page showed; or discuss one of them first."""
    if "discuter" in request.form:
        grid, criterion = place_sent("discuter")
        go_to(**_gesture(assessment_id), grid=grid, criterion=criterion)
        return _to_stage(assessment_id)
    count = ratify(**_gesture(assessment_id), shown=places_sent("critere"))
    flash(f"{count_fr(count, 'accord est ratifié', 'accords sont ratifiés')}.")
    return _to_stage(assessment_id)


@blueprint.get("/finir")
@permitted(Permission.ASSESSMENT_AGREE)
def ending(assessment_id: int) -> ResponseReturnValue:
    """What remains open, before the sitting ends."""
    read = read_stage(current_session(), current_actor(), assessment_id)
    return render_template("consensus/end.html", stage=read, trail=_trail(read))


@blueprint.post("/finir")
@permitted(Permission.ASSESSMENT_AGREE)
def end(assessment_id: int) -> ResponseReturnValue:
    """End the sitting."""
    end_session(**_gesture(assessment_id))
    flash("La séance est terminée. Tout ce qui a été décidé est enregistré.")
    return redirect(url_for("assessments.overview", assessment_id=assessment_id))


def _gesture(assessment_id: int) -> dict[str, Any]:
    """What every gesture of a sitting starts with."""
    return {
        "session": current_session(),
        "actor": current_actor(),
        "assessment_id": assessment_id,
        "now": current_instant(),
    }


def _of_round(assessment_id: int, act: Callable[..., None], **seen: datetime | None) -> ResponseReturnValue:
    """A gesture about the second round that was ``seen``; of another by now, the page says that it is."""
    grid, criterion = place_sent()
    try:
        act(**_gesture(assessment_id), grid=grid, criterion=criterion, **seen)
    except NotPossibleNow as refusal:
        if refusal.ability != "second-round":
            raise
        abandon()
        read = read_stage(current_session(), current_actor(), assessment_id)
        return _stage(read, form_of(read), ANOTHER_ROUND), 409
    return _to_stage(assessment_id)


def _to_stage(assessment_id: int) -> ResponseReturnValue:
    return redirect(url_for(".stage", assessment_id=assessment_id))


def _to_phone(assessment_id: int) -> ResponseReturnValue:
    return redirect(url_for(".phone", assessment_id=assessment_id))


def _stage(read: Stage, form: AnswerForm | None, notice: str = "") -> str:
    if read.row is None:
        return _prepare_page(read, MINUTES, Faults())
    address = current_runtime().links.join(read.row.code)
    return render_template(
        "consensus/stage.html",
        stage=read,
        answer=form,
        theirs=fields_of(form.theirs.answer) if form and form.theirs else None,
        notice=notice,
        quick=_quick(read),
        address=address,
        qr=draw_qr(address),
        now=current_instant(),
        trail=_trail(read),
    )


def _quick(read: Stage) -> QuickAction | None:
    """Once the team's answer is noted; None before, and where it no longer changes."""
    current = read.current
    if current is None or not current.settled or not read.can_agree:
        return None
    point = current.matter.point
    return quick_action(read.assessment.id, read.assessment.centre_id, point.grid, point.code)


def _prepare_page(read: Stage, minutes: str, faults: Faults) -> str:
    return render_template(
        "consensus/prepare.html", stage=read, minutes=minutes, faults=faults, trail=_trail(read)
    )


def _phone(
    assessment_id: int,
    *,
    typed: Fields | None = None,
    word: str = "",
    faults: Faults | None = None,
    notice: str = "",
) -> str:
    read = read_phone(current_session(), current_actor(), assessment_id)
    standing = fields_of(read.vote) if read.vote else Fields()
    return render_template(
        "consensus/phone.html",
        phone=read,
        fields=typed or standing,
        word=word,
        faults=faults or Faults(),
        notice=notice,
        now=current_instant(),
    )


def _agenda_page(assessment_id: int, sent: AgendaForm) -> str:
    read = read_stage(current_session(), current_actor(), assessment_id)
    return render_template("consensus/agenda.html", stage=read, sent=sent, trail=_trail(read))


def _trail(read: Stage) -> list[tuple[str, str]]:
    return trail_to_assessment(read.assessment.id, read.assessment.title)


def _sentences(refusal: InvalidInput) -> Faults:
    sentences = Faults()
    for fault in refusal.faults:
        sentences[fault.field] = [*sentences[fault.field], word_fault(fault)]
    return sentences
