"""Which assessments a fictional centre made, when, and where the running ones stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from aqss.domain.definitions.editions import EditionContent
from aqss.services.demonstration.days import LAID_OUT_ON, last_day_before

_MODULE_SEASONS = (
    ("risques-generaux", "Risques généraux", 3),
    ("risque-infectieux", "Risque infectieux", 6),
    ("produits-de-sante", "Produits de santé", 10),
)
_OBJECTIVES = (
    "Situer nos pratiques avant de réviser le projet de santé, et choisir trois priorités pour l’année.",
    "Vérifier que les actions de l’an dernier ont eu leur effet et repérer ce qui reste fragile.",
    "Préparer la visite de la structure d’appui avec un état des lieux partagé par toute l’équipe.",
)
_RUNNING_STATES = (
    "cotation",
    "cotation",
    "accord",
    "cotation",
    "validation",
    "close",
    "preparation",
    "close",
)
_DAYS_TO = {"close": 30, "validation": 30, "accord": 10}
_BLIND_ONE_IN = 8
"""Of the centres whose last assessment runs, those where each person rates alone first: one in so many."""

_PATIENT_PATH = (
    "coordination",
    "accueil-rendez-vous",
    "identite-patients",
    "systeme-information",
    "tenue-dossier",
)
_PREVENTION = ("organisation-prevention", "hygiene-mains", "exposition-vaccination")


@dataclass(frozen=True)
class Campaign:
    """One assessment: what it covers (modules, or named grids), its dates, its state, its way of rating.

    ``has_proofs``: the team gave proofs as it rated. ``starts_from_last``: it starts from the answers and
    proofs of the closed one before it.
    """

    title: str
    objective: str
    trigger: str
    modules: tuple[str, ...]
    only_grids: tuple[str, ...]
    year_number: int
    started_on: date
    entered_on: date
    state: str
    rating: str = "direct"
    has_proofs: bool = False
    starts_from_last: bool = False

    @property
    def is_blind(self) -> bool:
        return self.rating == "blind"

    @property
    def is_closed(self) -> bool:
        return self.state == "close"

    def grids(self, editions: Iterable[tuple[int, EditionContent]]) -> list[str]:
        """The grids chosen, in catalogue order: those of its modules, or the few it names."""
        grids = [content.grid for _, content in editions if content.grid.module in self.modules]
        return [grid.grid for grid in grids if not self.only_grids or grid.grid in self.only_grids]

    def answered_on(self, position: int) -> date:
        """The day on which the sheet at ``position`` is answered."""
        return self._while_rated(self.started_on + timedelta(days=4 + position))

    def finished_on(self, position: int) -> date:
        """The day on which the sheet at ``position`` is declared finished."""
        return self._while_rated(self.started_on + timedelta(days=5 + position))

    def _while_rated(self, day: date) -> date:
        """``day``, or the eve of the present state when the rating is over."""
        is_rated = self.state in ("preparation", "cotation")
        return day if is_rated else min(day, self.entered_on - timedelta(days=1))

    @property
    def agreed_on(self) -> date:
        """The day of the consensus session, where one was held."""
        return self.entered_on - timedelta(days=10)

    def share_of_sheet(self, position: int, sheets: int) -> float:
        """How much of the sheet at ``position`` is answered: all once agreed on, part while being rated."""
        if self.state == "preparation":
            return 0.0
        if self.state != "cotation":
            return 1.0
        done = sheets // 2
        return 1.0 if position < done else 0.6 if position == done else 0.0


def plan_campaigns(centre: int, years: int, today: date) -> list[Campaign]:
    """Every assessment of that centre over ``years`` years up to ``today`` (a Monday), oldest first.

    The first centre assesses its three modules together; the others, one module a season. Titles name the
    year, or the season, in which the assessment started.
    """
    plan = partial(_plan_seasons, centre) if centre else _plan_showcase
    first_year = LAID_OUT_ON.year - years + 1
    return [campaign for number in range(years) for campaign in plan(number, first_year + number, today)]


def _plan_showcase(number: int, year: int, today: date) -> list[Campaign]:
    modules = tuple(module for module, _, _ in _MODULE_SEASONS)
    yearly = _moved(date(year, 3, 9), today)
    is_last = year == LAID_OUT_ON.year
    assessed = Campaign(
        f"Auto-évaluation {yearly.year}",
        _OBJECTIVES[number % 3],
        "a-priori",
        modules,
        (),
        number,
        yearly,
        yearly + timedelta(days=60),
        "close",
        "blind" if is_last else "direct",
        has_proofs=is_last,
    )
    return [assessed, *_plan_running(modules, number, today)] if is_last else [assessed]


def _plan_running(modules: tuple[str, ...], number: int, today: date) -> list[Campaign]:
    """What the first centre has under way: one rated together, one that awaits its consensus session."""
    together = _moved(date(LAID_OUT_ON.year, 11, 2), today)
    alone = _moved(date(LAID_OUT_ON.year, 10, 26), today)
    return [
        Campaign(
            f"Parcours du patient, {_season(together)} {together.year}",
            "Comprendre ce qui a permis l’erreur d’identité du mois dernier, et éviter la suivante.",
            "evenement-indesirable",
            modules[:1],
            _PATIENT_PATH,
            number + 1,  # not what they were in the spring
            together,
            together + timedelta(days=4),
            "cotation",
            starts_from_last=True,
        ),
        Campaign(
            f"Prévention des infections, {_season(alone)} {alone.year}",
            "Nous mettre d’accord sur ce qui est vraiment en place avant la visite de l’équipe d’hygiène.",
            "a-priori",
            modules[1:2],
            _PREVENTION,
            number,
            alone,
            last_day_before(today),
            "accord",
            "blind",
        ),
    ]


def _plan_seasons(centre: int, number: int, year: int, today: date) -> list[Campaign]:
    campaigns = []
    for season, (module, label, month) in enumerate(_MODULE_SEASONS):
        started = _moved(date(year, month, 1 + (centre * 7 + season) % 20), today)
        is_last = year == LAID_OUT_ON.year and season == len(_MODULE_SEASONS) - 1
        state = _RUNNING_STATES[centre % len(_RUNNING_STATES)] if is_last else "close"
        entered = started + timedelta(days=_DAYS_TO.get(state, 2))
        campaigns.append(
            Campaign(
                f"{label} {started.year}",
                _OBJECTIVES[(centre + season) % 3],
                "plainte" if centre % 11 == 5 else "a-priori",
                (module,),
                (),
                number,
                started,
                min(entered, last_day_before(today)),
                state,
                "blind" if is_last and centre % _BLIND_ONE_IN == 1 else "direct",
            )
        )
    return campaigns


def _moved(day: date, today: date) -> date:
    """A day of the calendar drawn around ``LAID_OUT_ON``, in the demonstration whose today is ``today``."""
    return day + (today - LAID_OUT_ON)


def _season(day: date) -> str:
    return ("hiver", "printemps", "été", "automne")[day.month % 12 // 3]
