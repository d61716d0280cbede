"""Proofs in a browser: given, told too large before it travels, opened and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, enter, make_team
from tests.sent_files import a_pdf, a_photograph
from tests.web.assessments.scene import grid_url, make_assessment


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_a_proof_is_given_read_and_taken_back(
    live: LiveSite, open_page: OpenPage, tmp_path: Path, scripts: bool
) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team)
    page = open_page(scripts=scripts, width=1280 if scripts else 390, may_fail="/preuves")
    enter(page, team.member)
    page.goto(grid_url(key))
    page.get_by_role("link", name="Preuves de A2-05").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Preuves de A2-05")

    file = page.get_by_label("Fichier")
    file.set_input_files(written(tmp_path / "visite.pdf", b"%PDF-1.4\n" + b"0" * 14 * 1024 * 1024))
    told = "«\u00a0visite.pdf\u00a0» pèse 14\u00a0Mo, la limite est de 10\u00a0Mo."
    if scripts:
        assert file.evaluate("input => input.validationMessage") == told
    else:
        page.get_by_role("button", name="Ajouter").click()
        expect(page.get_by_role("alert")).to_contain_text(told)

    file.set_input_files(written(tmp_path / "Compte rendu.pdf", a_pdf()))
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", name="1 preuve")).to_be_visible()
    file.set_input_files(written(tmp_path / "photo.jpg", a_photograph()))
    page.get_by_label("Titre").fill("Affichage")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", name="2 preuves")).to_be_visible()
    if scripts:
        look_at_both(page)

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Affichage (image, nouvel onglet)").click()
    shown = opened.value.locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.naturalWidth") == 40
    opened.value.close()
    with page.expect_download() as download:
        page.get_by_role("link", name="Compte rendu (à télécharger)").click()
    assert download.value.suggested_filename == "Compte rendu.pdf"

    page.get_by_role("link", name="Retirer la preuve «\u00a0Affichage\u00a0»").click()
    page.get_by_role("button", name="Retirer la preuve").click()
    expect(page.get_by_role("heading", name="1 preuve")).to_be_visible()
    page.get_by_role("link", name="Revenir à la grille").click()
    expect(page.get_by_role("link", name="Preuves de A2-05 (1)")).to_be_visible()


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
