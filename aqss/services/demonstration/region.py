"""Places and people of the fictional region, drawn from fixed lists by number: always the same."""

from __future__ import annotations

import random
from dataclasses import dataclass

from aqss.domain.access import Role
from aqss.domain.geography import FICTIONAL_REGION, departments_of
from aqss.domain.texts import slug

MAIL_DOMAIN = "trois-rives.example"
"""Reserved for examples: no mail of the demonstration can reach anybody."""

_PLACES = [
    "Port-Amiral",
    "Vauxperle",
    "Saint-Orphée",
    "Mornelune",
    "Belle-Ancre",
    "Roquefane",
    "Clairgué",
    "Hautes-Brumes",
    "Sablonges",
    "Pierrevive",
    "Val-Tison",
    "Montrésol",
    "Grandlac",
    "Quai-aux-Fées",
    "Ombreval",
    "Trois-Moulins",
    "Fontarelle",
    "Nérondes-la-Neuve",
    "Ardençay",
    "Lac-Noir",
    "Boisdoré",
    "Rive-Haute",
    "Sainte-Avoye-les-Eaux",
    "Champfleurs",
    "Ferrevaux",
    "Malépine",
    "Tournevent",
    "Beauséjour",
    "Cap-Garance",
    "Vieux-Phare",
    "Aigueblonde",
    "Combe-Rousse",
    "Lustrac",
    "Pont-Lanterne",
    "Villeroque",
    "Escaudun",
]
_FIRST_NAMES = [
    "Nadia",
    "Samir",
    "Claire",
    "Youssef",
    "Maëlle",
    "Thomas",
    "Inès",
    "Bruno",
    "Aminata",
    "Laurent",
    "Sofia",
    "Étienne",
    "Fatou",
    "Julien",
    "Rosa",
    "Malik",
    "Hélène",
    "Olivier",
    "Linh",
    "Karim",
    "Marguerite",
    "Anton",
    "Zoé",
    "Didier",
    "Leïla",
    "Gaspard",
    "Nora",
    "Philippe",
    "Awa",
    "Benoît",
]
_LAST_NAMES = [
    "Bellanger-Fictif",
    "Harnois",
    "Delmarque",
    "Oualdi",
    "Kerbrise",
    "Vasseroy",
    "Montfaucelle",
    "Ruelland",
    "Diarrouna",
    "Pastorelle",
    "Quinsac",
    "Lhermineau",
    "Tissandre",
    "Abdelkrane",
    "Fournelle",
    "Galvani",
    "Chastaing",
    "Merindol",
    "Nguyenval",
    "Saboureau",
]
_KINDS = ("municipal", "associatif", "mutualiste", "hospitalier", "departemental", "autre")
_KIND_WEIGHTS = (10, 8, 7, 4, 2, 1)


@dataclass(frozen=True)
class FictionalPerson:
    name: str
    email: str
    role: Role
    professions: tuple[str, ...] = ()


ADMINISTRATOR = FictionalPerson(
    "Administration Trois-Rives", f"administration@{MAIL_DOMAIN}", Role.ADMINISTRATOR
)


@dataclass(frozen=True)
class FictionalCentre:
    """``team`` has one coordinator, one manager and members; a coordinator may follow several centres."""

    number: int
    name: str
    town: str
    kind: str
    department: str
    finess: str
    flags: tuple[str, ...]
    sites: tuple[str, ...]
    team: tuple[FictionalPerson, ...]


@dataclass(frozen=True)
class FictionalStructure:
    name: str
    kind: str
    modules: tuple[str, ...]
    person: FictionalPerson


STRUCTURES = (
    ("CPias des Trois-Rives", "cpias", ("risque-infectieux",), "Odile Sauvageon"),
    ("Staraqs des Trois-Rives", "staraqs", ("risques-generaux",), "Rémi Castagnal"),
    ("OMEDIT des Trois-Rives", "omedit", ("produits-de-sante",), "Farah Bensoulange"),
)

_PROFILES: tuple[tuple[str, ...], ...] = (
    (
        "mt",
        "soins-infirmiers",
        "vaccins",
        "froid",
        "stock-medicaments",
        "domicile",
        "dentaire",
        "sterilisation",
        "dm-reutilisables",
        "petite-chirurgie",
    ),
    ("mt", "soins-infirmiers", "vaccins", "froid", "stock-medicaments", "domicile"),
    ("dentaire", "sterilisation", "dm-reutilisables", "imagerie", "oxygene"),
    (
        "mt",
        "soins-infirmiers",
        "vaccins",
        "froid",
        "stock-medicaments",
        "dentaire",
        "sterilisation",
        "dm-reutilisables",
        "imagerie",
        "telesante",
        "oxygene",
        "antennes",
    ),
    ("ophtalmo", "imagerie", "dm-reutilisables"),
    ("soins-infirmiers", "domicile", "antennes", "vaccins", "froid", "stock-medicaments"),
    (
        "mt",
        "petite-chirurgie",
        "endoscopie",
        "dm-reutilisables",
        "sterilisation",
        "imagerie",
        "vaccins",
        "froid",
        "stock-medicaments",
        "telesante",
    ),
)

_TEAM_BY_FLAG = (
    ("mt", ("medecin", "medecin")),
    ("soins-infirmiers", ("infirmier", "infirmier")),
    ("dentaire", ("dentiste", "assistant-dentaire")),
    ("imagerie", ("radioprotection",)),
)


def plan_structures() -> tuple[FictionalStructure, ...]:
    """The three support structures, each with one person."""
    return tuple(
        FictionalStructure(name, kind, modules, _person(person, f"{kind}.{MAIL_DOMAIN}", Role.STRUCTURE))
        for name, kind, modules, person in STRUCTURES
    )


def plan_centre(number: int) -> FictionalCentre:
    """The centre of that number (from 0): its place, profile and team."""
    draw = random.Random(f"centre {number}")
    rank, place = divmod(number, len(_PLACES))
    town = _PLACES[place] + (f" {rank + 1}" if rank else "")
    flags = _PROFILES[0] if number == 0 else draw.choice(_PROFILES)
    departments = departments_of(FICTIONAL_REGION)
    return FictionalCentre(
        number=number,
        name=f"Centre de santé {_of(town)}",
        town=town,
        kind="municipal" if number == 0 else draw.choices(_KINDS, _KIND_WEIGHTS)[0],
        department=departments[number % len(departments)],
        finess=f"99{number:07d}",
        flags=flags,
        sites=(f"Antenne du Bac {_of(town)}", f"Antenne de la Halle {_of(town)}")[: 1 + number % 2]
        if "antennes" in flags
        else (),
        team=_team(number, town, flags, draw),
    )


def _team(number: int, town: str, flags: tuple[str, ...], draw: random.Random) -> tuple[FictionalPerson, ...]:
    """A coordinator for one, two or three neighbouring centres in turn; the others work in one centre."""
    coordinated_from = number - number % 6 + (0, 0, 0, 3, 3, 5)[number % 6]
    host = f"{slug(town)}.{MAIL_DOMAIN}"
    lead = random.Random(f"coordinator {coordinated_from}")
    first_rank, first_place = divmod(coordinated_from, len(_PLACES))
    lead_town = _PLACES[first_place] + (f" {first_rank + 1}" if first_rank else "")
    lead_name = _name(lead, coordinated_from)
    team = [
        _person(
            lead_name,
            f"{slug(lead_town)}.{MAIL_DOMAIN}",
            Role.COORDINATOR,
            ("coordination",),
        ),
        _person(_name(draw, 1, unlike=lead_name), f"direction.{host}", Role.MANAGER, ("direction",)),
        _person(_name(draw, 2), host, Role.MEMBER, ("accueil",)),
        _person(_name(draw, 3), host, Role.MEMBER, ("infirmier", "referent-hygiene")),
    ]
    for flag, professions in _TEAM_BY_FLAG:
        if flag in flags:
            team += [_person(_name(draw, len(team)), host, Role.MEMBER, (p,)) for p in professions]
    return tuple({person.email: person for person in team}.values())


def _name(draw: random.Random, salt: int, *, unlike: str = "") -> str:
    """A name whose first name is not that of ``unlike``."""
    last = _LAST_NAMES[(draw.randrange(len(_LAST_NAMES)) + salt) % len(_LAST_NAMES)]
    first = draw.choice(_FIRST_NAMES)
    if unlike.startswith(f"{first} "):
        first = _FIRST_NAMES[(_FIRST_NAMES.index(first) + 1) % len(_FIRST_NAMES)]
    return f"{first} {last}"


def _of(town: str) -> str:
    """« de Port-Amiral », « d’Aigueblonde »; the h of the region’s towns is aspirated."""
    return f"d’{town}" if town[0] in "AEIOU" else f"de {town}"


def _person(name: str, host: str, role: Role, professions: tuple[str, ...] = ()) -> FictionalPerson:
    return FictionalPerson(
        name, f"{slug(name.split()[0])}.{slug(name.split()[-1])}@{host}", role, professions
    )
