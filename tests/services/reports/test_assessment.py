"""What the report of an assessment tells, to whom, and its accessible page."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.services.consensus.own_sheets import finish_rating
from aqss.services.reports.assessment import body_html, document_html
from aqss.services.reports.assessment_content import GridPart, ReportContent
from tests.markup import Element, parse
from tests.page_rules import RULES, has_no_template_left, typography_faults
from tests.services.assessments.alone import an_open_round, rate_alone
from tests.services.assessments.scene import NOW, Scene, an_edition, pass_to, publish, rate
from tests.services.reports.story import (
    ANSWERS,
    a_closed_assessment,
    a_rated_assessment,
    cite,
    report_of,
    with_references,
)

HOSTILE = (
    '<script>alert("1")</script>',
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "</td></tr></table><h1>Titre</h1>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "<pdf:pagebreak/>",
    "<style>body { display: none }</style>",
    "&lt;b&gt; &amp; &quot;",
    '<a href="javascript:alert(1)">lien</a>',
    "<!-- fin --> ]]>",
)


def page_of(content: ReportContent) -> Element:
    """The page that shows the body, as the site would make it."""
    body = body_html(content)
    root, faults = parse(
        f"<html lang=fr><title>Rapport – aqss</title><main><h1>Rapport</h1>{body}</main></html>"
    )
    assert faults == []
    return root


def words_of(content: ReportContent) -> str:
    return page_of(content).words


def table(root: Element, caption: str) -> Element:
    found = [t for t in root.all("table") if t.one("caption").words == caption]
    assert len(found) == 1, [t.one("caption").words for t in root.all("table")]
    return found[0]


def rows(root: Element, caption: str) -> list[list[str]]:
    return [
        [cell.words for cell in row.children if isinstance(cell, Element)]
        for body in table(root, caption).all("tbody")
        for row in body.all("tr")
    ]


def grid(content: ReportContent, name: str) -> GridPart:
    return next(g for module in content.modules for g in module.grids if g.content.grid.grid == name)


class TestCover:
    def test_it_says_what_was_assessed_why_and_since_when(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, trigger="plainte", trigger_note="Attente.")
        facts = dict(
            rows(page_of(report_of(session, scene.member, small_catalogue, assessment)),
                 "Présentation de l’auto-évaluation")
        )  # fmt: skip
        assert facts["Centre"] == "Centre des Lilas, Bergerac"
        assert facts["Objectif"] == "Situer nos pratiques."
        assert facts["Déclencheur"] == "Après une plainte : Attente."
        assert facts["Dates"] == "Depuis le 2 mars 2026"
        assert facts["Étape"] == "Cotation"

    def test_while_each_person_rates_alone_it_does_not_say_who_has_started(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = an_open_round(session, scene)
        untouched = words_of(report_of(session, scene.member, small_catalogue, assessment))
        assert "Chacun cote seul" in untouched
        rate_alone(session, scene.colleague, assessment, "CO-1", "oui")
        finish_rating(session, scene.colleague, assessment_id=assessment.id, now=NOW)
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert content.participation is None
        assert words_of(content) == untouched
        assert "Infirmier" not in document_html(content)
        pass_to(session, scene.coordinator, assessment, "accord")
        closed = words_of(report_of(session, scene.member, small_catalogue, assessment))
        assert "1 personne a répondu : Infirmier 1." in closed.replace("\u00a0", " ")

    def test_it_says_how_much_of_each_module_was_assessed(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, "hygiene", answers={})
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert "Soins : 1 grille sur 2" in words_of(content)

    def test_who_took_part_is_told_by_profession_and_by_no_name(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        rate(session, scene.colleague, assessment, "CO-5", "a")
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert content.participation.people == 2
        assert content.participation.professions == (("Infirmier", 1), ("Profession non précisée", 1))
        document = document_html(content)
        assert not [name for name in ("Mehdi", "Inès", "Camille", "Dominique") if name in document]

    def test_what_the_centre_does_is_told_in_the_words_of_the_editions(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        scene.centre.flags = ["dentaire", "antennes"]
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        assert content.profile == ("Dentaire",)

    def test_an_answer_taken_back_is_no_participation(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, answers={"CO-1": "oui"})
        rate(session, scene.member, assessment, "CO-1", "", kind="blank")
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert content.participation.people == 0
        assert "Personne n’a encore répondu" in words_of(content)

    def test_an_open_assessment_is_marked_as_provisional_on_that_day(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert "Provisoire, état au 2 mars 2026." in words_of(content)

    def test_a_closed_assessment_is_not_provisional_and_has_its_dates(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_closed_assessment(session, scene, NOW)
        content = report_of(session, scene.member, small_catalogue, assessment, NOW + timedelta(days=40))
        assert "état au" not in document_html(content)
        assert "Du 2 mars 2026 au 2 mars 2026" in words_of(content)


class TestScores:
    def test_scores_bands_and_counts_are_those_of_the_results(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        summary = rows(page, "Score de chaque module")
        assert summary == [
            [
                "Soins2 grilles sur 2",
                "57,9",
                "◐ À consolider",
                "6 sur 7 (86 %)",
                "▲ 1 à reprendre1 sans cotation",
            ]
        ]

    def test_each_grid_says_how_its_score_is_computed(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        assert "Score : 100 × 1,5 ÷ 4 = 37,5 ↓ À traiter" in words_of(content)
        assert "Score : 100 × 2,15 ÷ 2,3 = 93,5 ✓ Maîtrisé" in words_of(content)

    def test_weights_are_listed_and_add_up_where_they_differ(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        weights = table(page_of(content), "Poids des critères cotés de la grille CO")
        assert [row.words for row in weights.one("tbody").all("tr")] == [
            "CO-1 1 0,5 0,5",
            "CO-2 1 1 1",
            "CO-3 2 0 0",
        ]
        assert [cell.words for cell in weights.one("tfoot").all("td")] == ["4", "", "1,5"]

    def test_a_grid_whose_criteria_all_weigh_the_same_has_no_table_of_weights(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = cite(session, scene, small_catalogue)
        assert not grid(content, "devoirs").has_weights
        assert "Poids × valeur" not in words_of(content)

    def test_a_grid_without_a_rating_has_no_score(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(
            session, scene.member, small_catalogue, a_rated_assessment(session, scene, answers={})
        )
        assert grid(content, "hygiene").mark.score is None
        assert "Pas de score : aucun critère n’est coté." in words_of(content)

    def test_a_grid_that_only_follows_figures_is_told_as_such(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        figures = an_edition("chiffres", {"s": [{"criterion": "CH-1"}]}, module="suivi", scale="nombre")
        publish(session, figures)
        assessment = a_rated_assessment(session, scene, "hygiene", "chiffres", answers={"HY-1": "oui"})
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        summary = {row[0]: row[1:] for row in rows(page, "Score de chaque module")}
        assert summary["Suivi1 grille sur 1"] == ["–", "Suivi sans score", "–", "–"]
        assert "Suivi sans score : les réponses sont des chiffres ou des textes" in page.words
        assert "0 sur 0" not in page.words
        assert "Suivi : scores" not in page.words
        assert "Suivi : réponses" in page.words

    def test_a_grid_that_does_not_concern_the_centre_says_so(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        elsewhere = [{"criterion": "AI-1", "applies_to": {"all": ["dentaire"]}}]
        publish(session, an_edition("ailleurs", {"s": elsewhere}))
        assessment = a_rated_assessment(session, scene, "ailleurs", answers={})
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        assert "Pas de score : aucun de ses critères ne concerne le centre" in page.words
        assert [row[1:] for row in rows(page, "Score de chaque module")] == [["–", "Pas de score", "–", "–"]]

    def test_where_nothing_is_concerned_no_share_is_told(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, "hygiene", answers={})
        for code in ("HY-1", "HY-2", "HY-3"):
            rate(session, scene.member, assessment, code, "Sans objet.", kind="na")
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        (told,) = rows(page, "Score de chaque module")
        assert told[2:] == ["Pas de score", "Aucun n’est concerné", "Aucun à reprendre1 non concerné"]

    def test_a_radar_is_drawn_only_with_a_score(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        publish(session, an_edition("autre", {"s": [{"criterion": "AU-1"}]}))
        for answers, drawn in (({}, False), ({"HY-1": "oui"}, True)):
            assessment = a_rated_assessment(
                session, scene, "coordination", "hygiene", "autre", answers=answers
            )
            page = page_of(report_of(session, scene.member, small_catalogue, assessment))
            assert bool(page.all("div", class_="report-radar")) is drawn

    def test_the_time_before_is_told_to_be_of_another_version(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        a_closed_assessment(session, scene, NOW - timedelta(days=365), title="Avant")
        sections = {"mains": [{"criterion": code} for code in ("HY-1", "HY-2", "HY-3")]}
        publish(session, an_edition("hygiene", sections, version=2))
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        changes = rows(page_of(content), "Scores de cette fois et de la fois précédente")
        assert [row[1] for row in changes] == [
            "Avant, 2 mars 2025, autre version",
            "Avant, 2 mars 2025",
            "Avant, 2 mars 2025, autre version",
        ]

    def test_what_is_compared_is_the_latest_closed_assessment(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        a_closed_assessment(session, scene, NOW - timedelta(days=365), title="Avant")
        assessment = a_rated_assessment(session, scene, answers=ANSWERS | {"CO-5": "a"})
        content = report_of(session, scene.member, small_catalogue, assessment)
        changes = rows(page_of(content), "Scores de cette fois et de la fois précédente")
        assert changes[:2] == [
            ["Soins", "Avant, 2 mars 2025", "50,0", "63,7", "+ 13,7"],
            ["CO Grille coordination", "Avant, 2 mars 2025", "30,0", "50,0", "+ 20,0"],
        ]

    def test_a_module_over_other_grids_says_so_and_one_grid_is_told_in_the_singular(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        a_closed_assessment(session, scene, NOW - timedelta(days=365), title="Avant")
        assessment = a_rated_assessment(session, scene, "hygiene", answers={"HY-1": "oui"})
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        changes = rows(page, "Scores de cette fois et de la fois précédente")
        assert [row[1] for row in changes] == ["Pas les mêmes grilles", "Avant, 2 mars 2025"]
        assert "Score de la grille" in page.words
        assert "Scores des 1" not in page.words

    def test_a_first_assessment_has_nothing_to_compare(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        assert not content.is_compared
        assert "Depuis la fois précédente" not in words_of(content)

    def test_strong_and_weak_sections_are_put_forward(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        assert [(point.grid.code, point.title) for point in content.strengths] == [("HY", "Mains")]
        assert [(point.grid.code, point.title, point.mark.score) for point in content.weak_points] == [
            ("CO", "Concertation", Fraction(0)),
            ("CO", "Fonction", Fraction(75)),
        ]


class TestCriteria:
    def test_every_criterion_that_applies_is_there_with_sign_and_word(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        rate(session, scene.member, assessment, "HY-2", "", kind="unknown")
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        told = {
            row[0]: row[2]
            for section in ("coordination, Fonction", "coordination, Concertation", "hygiene, Mains")
            for row in rows(page, f"Grille {section}")
        }
        assert told == {
            "CO-1": "◐ En partie",
            "CO-2": "● Oui",
            "CO-3": "○ Non",
            "CO-5": "… Sans réponse",
            "HY-1": "● Oui",
            "HY-2": "? Ne sait pas",
            "HY-3": "◐ En partie",
        }

    def test_numbers_and_texts_are_told_as_they_were_given(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene, "mesures", answers={})
        rate(session, scene.member, assessment, "ME-1", "5", kind="number")
        rate(session, scene.member, assessment, "ME-2", "1200", kind="number")
        rate(session, scene.member, assessment, "ME-3", "Peu de monde en août", kind="text")
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert [(line.sign, line.answer) for line in grid(content, "mesures").sections[0].lines] == [
            ("●", "5,0\u00a0%"),
            ("", "1\u00a0200"),
            ("", "Peu de monde en août"),
        ]

    def test_reasons_and_comments_are_beside_the_answer(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        rate(session, scene.member, assessment, "HY-1", "Pas de soins ici.", kind="na", comment="À revoir.")
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        told = rows(page, "Impératifs non concernés")
        assert [row[0] for row in told] == ["HY-1"]
        assert told[0][1].endswith("Motif : Pas de soins ici. Commentaire : À revoir.")
        assert told[0][2] == "– Non concerné"

    def test_essential_criteria_stand_apart_by_what_is_to_be_done(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
        page = page_of(content)
        assert [row[0] for row in rows(page, "Impératifs à reprendre")] == ["CO-1"]
        assert [row[0] for row in rows(page, "Impératifs sans cotation")] == ["CO-5"]
        assert "Aucun impératif n’est déclaré « non concerné »." in page.words

    def test_a_criterion_is_mandatory_only_by_a_legal_stake_on_a_verified_legal_reference(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        page = page_of(cite(session, scene, small_catalogue))
        told = {row[0]: row[1] for row in rows(page, "Grille devoirs, Textes")}
        assert [code for code, words in told.items() if "Obligatoire" in words] == ["DE-1"]

    def test_a_reference_not_verified_is_to_be_confirmed_wherever_it_is_cited(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        page = page_of(cite(session, scene, small_catalogue))
        cited = [line.words for line in page.one("ul", class_="report-references").all("li")]
        assert cited == ["Un décret pas encore lu (à confirmer)", "Un guide", "Une loihttps://exemple.fr/loi"]
        told = {row[0]: row[1] for row in rows(page, "Grille devoirs, Textes")}
        assert told["DE-1"].endswith(
            "▲ Impératif · Obligatoire Références : Une loi ; Un décret pas encore lu (à confirmer)"
        )
        assert told["DE-4"].endswith("Référence : Une loi")
        linked = {link.words for link in page.all("a", href="https://exemple.fr/loi")}
        assert linked == {"Une loi", "https://exemple.fr/loi"}
        assert not any(key in page.words for key in ("F-LOI", "F-DEC", "F-GUI"))

    def test_a_reference_the_catalogue_no_longer_has_is_to_be_confirmed(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        cite(session, scene, small_catalogue)
        assessment = a_rated_assessment(session, scene, "devoirs", answers={})
        content = report_of(session, scene.member, small_catalogue, assessment)
        assert not any(citation.is_verified for citation in content.citations)


class TestPage:
    def test_it_keeps_every_rule_of_a_page(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        a_closed_assessment(session, scene, NOW - timedelta(days=365))
        assessment = a_rated_assessment(session, scene, "coordination", "hygiene", "mesures")
        page = page_of(report_of(session, scene.member, with_references(small_catalogue), assessment))
        assert [fault for rule in RULES for fault in rule(page)] == []
        assert list(typography_faults(page, ())) == []

    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_people_write_stays_text(
        self, session: Session, scene: Scene, small_catalogue: Catalogue, text: str
    ) -> None:
        assessment = a_rated_assessment(session, scene, title=text, objective=text, trigger_note=text)
        rate(session, scene.member, assessment, "CO-1", "oui", comment=text)
        rate(session, scene.member, assessment, "CO-2", text, kind="na")
        page = page_of(report_of(session, scene.member, small_catalogue, assessment))
        said = [element.words for element in page.all(class_="typed")]
        assert sum(" ".join(text.split()) in words for words in said) >= 5
        rules = [rule for rule in RULES if rule is not has_no_template_left]
        assert [fault for rule in rules for fault in rule(page)] == []
