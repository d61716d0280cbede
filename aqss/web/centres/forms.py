"""The form of a centre: its description, its profile, and one row for each branch site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, SelectField, StringField

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import InvalidInput
from aqss.domain.geography import DEPARTMENTS, REGION_OF, departments_of, offered_regions
from aqss.services.centre_descriptions import (
    ADDRESS_LIMIT,
    NAME_LIMIT,
    SITES_LIMIT,
    TOWN_LIMIT,
    CentreDescription,
    Site,
)
from aqss.web.centres.words import CENTRE_KINDS, grouped_activities
from aqss.web.forms import ChoicesField, PageForm

_ROW = re.compile(r"sites-([0-9]{1,4})-(?:name|address)")
CHOOSE = {"": "Choisir…"}


class CentreForm(PageForm):
    """What is asked of a centre. Its region follows from the department; :func:`_with_rows` adds sites."""

    name = StringField("Nom du centre", render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})
    town = StringField("Commune", render_kw={"maxlength": TOWN_LIMIT, "autocomplete": "off"})
    department = SelectField("Département")
    kind = SelectField("Type de centre", choices={**CHOOSE, **CENTRE_KINDS})
    finess = StringField("Numéro FINESS", render_kw={"autocomplete": "off"})
    flags = ChoicesField("Activités")
    version = HiddenField()

    rows: int = 0
    most_rows: int = SITES_LIMIT

    @property
    def sites(self) -> Iterator[tuple[Field, Field]]:
        """Name and address of each row."""
        return ((self[f"sites-{row}-name"], self[f"sites-{row}-address"]) for row in range(self.rows))

    @property
    def activities(self) -> list[tuple[str, list[Any]]]:
        """The checkboxes of the activities, by group."""
        return grouped_activities({str(option.data): option for option in self.flags})

    def refuse(self, refusal: InvalidInput) -> None:
        """As for every form; the region follows from the department and has no field to complain about."""
        super().refuse(InvalidInput(tuple(fault for fault in refusal.faults if fault.field != "region")))

    def description(self) -> CentreDescription:
        """What was typed, as the service takes it."""
        department = self.department.data or ""
        return CentreDescription(
            name=self.name.data or "",
            kind=self.kind.data or "",
            finess=self.finess.data or "",
            region=REGION_OF.get(department, ""),
            department=department,
            town=self.town.data or "",
            flags=tuple(self.flags.data or ()),
            sites=tuple(Site(name.data or "", address.data or "") for name, address in self.sites),
        )

    def sent(self) -> Iterator[tuple[str, str]]:
        """Every name and value, to be sent again as they are."""
        for field in self:
            values = field.data if isinstance(field, ChoicesField) else [field.data]
            yield from ((field.name, str(value or "")) for value in values or ())


@dataclass(frozen=True)
class Rows:
    """What was asked of the rows of sites: a row more, or one less; None when the form is to be saved."""

    sites: tuple[Site, ...]
    added: bool


def blank_form(catalogue: Catalogue) -> CentreForm:
    """The form of a centre to be created."""
    return _form(catalogue, None, (), None, {})


def form_known(catalogue: Catalogue, description: CentreDescription, version: int) -> CentreForm:
    """The form of a centre as it stands."""
    values = {name: getattr(description, name) for name in ("name", "kind", "town", "department", "finess")}
    values |= {"flags": list(description.flags), "version": str(version)}
    return _form(catalogue, description.region, description.sites, None, values)


def form_sent(
    catalogue: Catalogue,
    sent: MultiDict[str, str],
    *,
    kept_region: str | None = None,
    sites: Sequence[Site] | None = None,
) -> CentreForm:
    """The form as it was sent, with its rows of sites, or those of ``sites`` instead."""
    others = MultiDict([item for item in sent.items(multi=True) if not item[0].startswith("sites-")])
    return _form(catalogue, kept_region, _sites_sent(sent) if sites is None else sites, others, {})


def rows_asked(sent: MultiDict[str, str]) -> Rows | None:
    """What a button of the rows asked for."""
    sites = _sites_sent(sent)
    if "ajouter" in sent:
        return Rows((*sites, Site(""))[:SITES_LIMIT], added=True)
    removed = sent.get("retirer")
    if removed is not None:
        return Rows(tuple(site for row, site in enumerate(sites) if str(row) != removed), added=False)
    return None


def _sites_sent(sent: MultiDict[str, str]) -> tuple[Site, ...]:
    """The rows in their order, whatever their numbers; one more than the limit, so that it is told."""
    numbers = sorted({int(found[1]) for name in sent if (found := _ROW.fullmatch(name))})
    return tuple(
        Site(sent.get(f"sites-{number}-name", ""), sent.get(f"sites-{number}-address", ""))
        for number in numbers[: SITES_LIMIT + 1]
    )


def _form(
    catalogue: Catalogue,
    kept_region: str | None,
    sites: Sequence[Site],
    sent: MultiDict[str, str] | None,
    values: dict[str, Any],
) -> CentreForm:
    rows = list(sites) or [Site("")]
    for row, site in enumerate(rows):
        values |= {f"sites-{row}-name": site.name, f"sites-{row}-address": site.address}
    form = _with_rows(len(rows))(sent, data=values)
    form.department.choices = _departments(kept_region)
    form.flags.choices = dict(catalogue.flag_labels)
    return form


def _with_rows(count: int) -> type[CentreForm]:
    """The form with two fields for each row: the service tells its faults under these names."""
    fields: dict[str, Any] = {"rows": count}
    for row in range(count):
        name = {"maxlength": NAME_LIMIT, "autocomplete": "off"}
        address = {"maxlength": ADDRESS_LIMIT, "autocomplete": "off"}
        fields[f"sites-{row}-name"] = StringField(f"Nom de l’antenne {row + 1}", render_kw=name)
        fields[f"sites-{row}-address"] = StringField(f"Adresse de l’antenne {row + 1}", render_kw=address)
    return type("CentreForm", (CentreForm,), fields)


def _departments(kept_region: str | None) -> dict[str, Any]:
    """Departments under their regions, as a select groups them."""
    regions = {
        name: {code: f"{code} {DEPARTMENTS[code]}" for code in departments_of(region)}
        for region, name in offered_regions(kept_region)
    }
    return {**CHOOSE, **regions}
