"""The first page: what awaits the person who is signed in, and where their centres stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways.drawing import tone
from aqss.services.actions.awaiting import AwaitedAction, what_awaits_in_plans
from aqss.services.assessments.awaiting import Awaiting, what_awaits
from aqss.services.assessments.overviews import LatestScore, read_overviews
from aqss.services.dossiers.awaiting import AwaitedDossier, what_awaits_in_dossiers
from aqss.services.dossiers.starting import list_in_creation
from aqss.services.instance_counts import count_instance
from aqss.services.mails import count_troubled
from aqss.web.access import current_person, may, signed_in
from aqss.web.home.words import TaskRow, dossier_row, errand_row, greeting, group_tasks, task_row, today_fr
from aqss.web.transaction import current_instant, current_runtime, current_session

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """What awaits the person in their centres; for an administrator, how the instance fares."""
    person, now, session = current_person(), current_instant(), current_session()
    actor = person.actor
    awaiting = what_awaits(session, actor) if person.centres else ()
    errands = what_awaits_in_plans(session, actor, now) if person.centres else ()
    dossiers = what_awaits_in_dossiers(session, actor, now) if person.centres or person.structures else ()
    overviews = read_overviews(session, actor) if person.centres else {}
    beginning = [
        centre
        for centre in person.centres
        if not overviews[centre.centre_id].has_begun
        and may(Permission.ASSESSMENT_PREPARE, centre_id=centre.centre_id)
    ]
    tasks = _tasks(awaiting, errands, dossiers, now, with_centre=len(person.centres) > 1)
    return render_template(
        "home/home.html",
        person=person,
        title=greeting(actor.name, len(tasks), has_centres=bool(person.centres), begins=bool(beginning)),
        today=today_fr(now),
        task_groups=group_tasks(tasks, now),
        overviews=overviews,
        beginning=beginning,
        in_creation=list_in_creation(session, actor) if beginning else (),
        counts=count_instance(session, actor) if actor.is_administrator else None,
        mails_in_trouble=count_troubled(session, actor, now) if actor.is_administrator else 0,
        modules=current_runtime().catalogue.modules,
        in_order=_in_order,
        rank=lambda score: tone(score.standing) or "none",
        grids_left=_grids_left,
    )


def _tasks(
    awaiting: Iterable[Awaiting],
    errands: Iterable[AwaitedAction],
    dossiers: Iterable[AwaitedDossier],
    now: datetime,
    *,
    with_centre: bool,
) -> list[tuple[datetime | None, TaskRow]]:
    """All that awaits, each with its date: the most urgent first, what has no date last."""
    rows = [(one.due_at, task_row(one, now, with_centre=with_centre)) for one in awaiting]
    rows += [(one.due_at, errand_row(one, now, with_centre=with_centre)) for one in errands]
    rows += [(one.due_at, dossier_row(one, now, with_centre=with_centre)) for one in dossiers]
    return sorted(rows, key=lambda pair: (pair[0] is None, pair[0] or now))


def _in_order(scores: Iterable[LatestScore]) -> list[LatestScore]:
    """In the order of the catalogue, the same for every centre; a module that has left it comes last."""
    order = [module.module for module in current_runtime().catalogue.modules]
    return sorted(
        scores,
        key=lambda score: (
            order.index(score.content.grid.module) if score.content.grid.module in order else len(order)
        ),
    )


def _grids_left(score: LatestScore) -> int | None:
    """How many grids the module has, when only a part of them was assessed; None when all were."""
    module = score.content.grid.module
    known = {one.module: len(one.grids) for one in current_runtime().catalogue.modules}
    return known[module] if score.grids < known.get(module, 0) else None
