"""The form of a support structure: what it is, which regions it covers, which modules it follows."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.geography import FICTIONAL_REGION, offered_regions
from aqss.services.structures import NAME_LIMIT, StructureDescription
from aqss.web.centres.forms import CHOOSE
from aqss.web.forms import ChoicesField, PageForm
from aqss.web.words import STRUCTURE_KINDS


class StructureForm(PageForm):
    name = StringField("Nom de la structure", render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})
    kind = SelectField("Type de structure", choices={**CHOOSE, **STRUCTURE_KINDS})
    modules = ChoicesField("Modules suivis", description="La structure ne voit rien des autres modules.")
    regions = ChoicesField("Régions", description="La structure ne voit rien des centres d’ailleurs.")
    version = HiddenField()

    def description(self) -> StructureDescription:
        """What was typed, as the service takes it."""
        return StructureDescription(
            name=self.name.data or "",
            kind=self.kind.data or "",
            regions=tuple(self.regions.data or ()),
            modules=tuple(self.modules.data or ()),
        )


def structure_form(
    catalogue: Catalogue,
    sent: MultiDict[str, str] | None = None,
    *,
    standing: StructureDescription | None = None,
    version: int = 0,
) -> StructureForm:
    """The form as it was sent, else of the structure as it stands, else a blank one."""
    values: dict[str, Any] = {}
    if standing is not None:
        names = ("name", "kind", "regions", "modules")
        values = {name: getattr(standing, name) for name in names} | {"version": str(version)}
    form = StructureForm(sent) if sent is not None else StructureForm(data=values)
    is_fictional = standing is not None and FICTIONAL_REGION in standing.regions
    form.regions.choices = dict(offered_regions(FICTIONAL_REGION if is_fictional else None))
    form.modules.choices = {module.module: module.title for module in catalogue.modules}
    return form
