"""The catalogue as the rest of aqss uses it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.editions import edition_of
from aqss.domain.definitions.problems import Place
from aqss.domain.definitions.scales import LevelsScale
from aqss.domain.definitions.tree import Unreadable
from aqss.domain.definitions.words import (
    ABILITIES,
    ASKERS,
    EFFECTS,
    GUARDS,
    NAMED_DATES,
    NEEDED_ABILITIES,
    RECIPIENTS,
    SUBJECTS,
    TASK_ROLES,
)
from aqss.gateways.files import read_definitions
from tests.domain.definitions.examples import (
    FILES,
    GRID,
    MODULE,
    OTHER_GRID,
    OTHER_WORKFLOW,
    PROFILE,
    REFERENCES,
    SCALES,
    WORKFLOW,
    catalogue_files,
)
from tests.shipped import GRIDS, WORKFLOWS


def loaded(files=None) -> Catalogue:
    catalogue = load_catalogue(catalogue_files() if files is None else files)
    assert isinstance(catalogue, Catalogue), catalogue
    return catalogue


def test_the_catalogue_holds_every_definition_under_its_name():
    catalogue = loaded()
    assert [flag.flag for flag in catalogue.profile.flags] == ["dentaire", "vaccins"]
    assert list(catalogue.references) == ["F-CSP", "BP"]
    assert list(catalogue.scales) == ["maitrise", "taux", "nombre", "libre"]
    assert [module.module for module in catalogue.modules] == ["soins"]
    assert catalogue.grids["accueil"].version == 2
    assert list(catalogue.workflows) == ["action", "campagne"]


def test_grids_follow_the_order_their_module_gives_them():
    assert list(loaded().grids) == ["coordination", "accueil"]
    assert [grid.grid for grid in loaded().grids_of("soins")] == ["coordination", "accueil"]


def test_modules_follow_the_order_of_support_structures_and_the_others_come_last():
    def module(name: str, kind: str) -> dict[str, str]:
        return {
            f"grids/{name}/module.yaml": FILES[MODULE]
            .replace("module: soins", f"module: {name}")
            .replace("structure_kind: staraqs\n", kind)
            .replace("[coordination, accueil]", f"[grille-{name}]"),
            f"grids/{name}/grille-{name}.yaml": FILES[OTHER_GRID]
            .replace("module: soins", f"module: {name}")
            .replace("grid: accueil", f"grid: grille-{name}")
            .replace("B-01", f"M-{name}"),
        }

    plus = {
        **module("aa", ""),
        **module("bb", "structure_kind: omedit\n"),
        **module("cc", "structure_kind: cpias\n"),
    }
    catalogue = loaded(catalogue_files(plus=plus))
    assert [module.module for module in catalogue.modules] == ["soins", "cc", "bb", "aa"]
    assert list(catalogue.grids) == ["coordination", "accueil", "grille-cc", "grille-bb", "grille-aa"]


def test_numbers_are_those_written_in_the_files():
    catalogue = loaded()
    scale = catalogue.scales["maitrise"]
    assert isinstance(scale, LevelsScale)
    assert scale.by_level["partiel"].value == Decimal("0.5")
    assert catalogue.module_named("soins").provisional_below == Decimal("0.8")
    assert catalogue.criterion("A-01")[1].weight == Decimal(2)
    assert catalogue.criterion("A-02")[1].weight == Decimal(1)


def test_a_criterion_is_found_with_its_grid_and_its_scale():
    catalogue = loaded()
    grid, criterion = catalogue.criterion("A-02")
    assert grid.grid == "coordination"
    assert catalogue.scale_of(grid, criterion).scale == "taux"
    assert catalogue.scale_of(*catalogue.criterion("A-01")).scale == "maitrise"


@pytest.mark.parametrize("find", ["module_named", "grids_of", "criterion"])
def test_an_unknown_name_is_a_key_error(find):
    with pytest.raises(KeyError):
        getattr(loaded(), find)("inconnu")


def test_a_reference_is_verified_while_the_catalogue_says_so():
    catalogue = loaded()
    for key, reference in catalogue.references.items():
        assert catalogue.is_verified(key) is reference.verified
    assert not catalogue.is_verified("PARTIE")


def test_labels_are_found_by_name():
    assert loaded().flag_labels == {"dentaire": "Activité dentaire", "vaccins": "Vaccins"}
    assert loaded().profession_labels == {"medecin": "Médecin", "accueil": "Accueil"}


@pytest.mark.parametrize(
    ("change", "is_mandatory"),
    [
        (None, True),
        (("grids/references.yaml", "legal: true, verified: true", "legal: true, verified: false"), False),
        (("grids/references.yaml", "legal: true, verified: true", "legal: false, verified: true"), False),
        ((GRID, "stakes: [securite, legal]", "stakes: [securite]"), False),
        ((GRID, "references: [F-CSP]", "references: [BP]"), False),
    ],
)
def test_a_criterion_is_mandatory_only_on_a_verified_legal_reference(change, is_mandatory):
    catalogue = loaded(catalogue_files(*([change] if change else [])))
    grid, criterion = catalogue.criterion("A-01")
    assert edition_of(catalogue, grid.grid).is_mandatory(criterion, catalogue) is is_mandatory


def test_a_criterion_without_reference_is_not_mandatory():
    catalogue = loaded()
    grid, criterion = catalogue.criterion("A-02")
    assert not edition_of(catalogue, grid.grid).is_mandatory(criterion, catalogue)


def test_the_catalogue_knows_where_versions_are_written():
    places = loaded().version_places
    assert places["grid", "coordination"] == Place(GRID, 2, 10)
    assert places["workflow", "campagne"] == Place(WORKFLOW, 2, 10)


def test_workflows_alone_make_a_catalogue_without_grids():
    catalogue = loaded({path: text.encode() for path, text in FILES.items() if path.startswith("workflows/")})
    assert (catalogue.modules, dict(catalogue.grids), catalogue.profile.flags) == ((), {}, ())


def test_grids_alone_make_a_catalogue_without_workflows():
    files = {path: text.encode() for path, text in FILES.items() if path.startswith("grids/")}
    assert dict(loaded(files).workflows) == {}


def test_a_catalogue_with_a_problem_is_refused_with_all_of_them():
    broken = catalogue_files((GRID, "weight: 2", "weight: 0"), (WORKFLOW, "next: campagne", "next: rien"))
    refused = load_catalogue(broken)
    assert not isinstance(refused, Catalogue)
    assert [problem.code for problem in refused] == ["GRID-012", "WF-017"]


@pytest.mark.parametrize("root", ["", "./", "/srv/aqss/", "../", "é à/"])
def test_folders_may_stand_anywhere(root):
    files = {f"{root}{path}": content for path, content in catalogue_files().items()}
    assert list(loaded(files).grids) == ["coordination", "accueil"]


def test_the_folders_of_grids_and_workflows_may_have_other_names():
    files = {
        path.replace("grids/", "définitions/").replace("workflows/", "parcours/"): content
        for path, content in catalogue_files().items()
    }
    assert list(loaded(files).workflows) == ["action", "campagne"]


def test_the_folder_of_workflows_may_be_inside_that_of_grids():
    files = {path.replace("workflows/", "grids/parcours/"): text for path, text in catalogue_files().items()}
    assert list(loaded(files).workflows) == ["action", "campagne"]


def test_shared_files_of_another_folder_are_misplaced():
    told = check_definitions(catalogue_files(plus={"parcours/profile.yaml": FILES[PROFILE]}))
    assert [(problem.path, problem.code) for problem in told] == [("parcours/profile.yaml", "YAML-018")]


def test_a_folder_that_has_no_name_asks_for_none():
    """Paths given from inside the folder of a module: its name is not known."""
    told = check_definitions(
        {
            path.removeprefix("grids/soins/"): text
            for path, text in catalogue_files().items()
            if "soins" in path
        }
    )
    assert {problem.code for problem in told} == {"YAML-019"}


def test_grids_without_their_shared_files_are_told_only_that():
    told = check_definitions(catalogue_files(without=(PROFILE, REFERENCES, SCALES)))
    assert [problem.code for problem in told] == ["YAML-019"] * 3


def test_a_misspelled_target_makes_no_state_unreachable():
    told = check_definitions(catalogue_files((WORKFLOW, "{to: close", "{to: closes")))
    assert [problem.code for problem in told] == ["WF-006"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((MODULE, "grids: [coordination, accueil]\n", ""), "DEF-002"),
        ((MODULE, "grids: [coordination, accueil]", "grids: coordination"), "DEF-003"),
        ((MODULE, "from: 0,", "from: zéro,"), "DEF-003"),
        ((SCALES, "worst: 20", "worst: vingt"), "DEF-003"),
        ((SCALES, "worst: 20", "worst: .nan"), "YAML-015"),
        ((SCALES, "kind: text", "kind:"), "DEF-004"),
        ((SCALES, "level: oui", "level: 1"), "DEF-003"),
        ((SCALES, "label: Oui, value: 1}", "label: Oui}"), "DEF-002"),
        ((GRID, "criterion: A-01", "criterion:"), "DEF-004"),
        ((GRID, "section: fonction", "section: [fonction]"), "DEF-003"),
        ((GRID, "{any: [dentaire]}", "{anny: [dentaire]}"), "DEF-001"),
        ((GRID, "scale: maitrise", "scale: &x maitrise"), "YAML-009"),
        ((OTHER_GRID, FILES[OTHER_GRID].partition("sections:")[2], " []\n"), "DEF-005"),
        ((OTHER_WORKFLOW, FILES[OTHER_WORKFLOW].partition("states:")[2], " []\n"), "DEF-005"),
        ((OTHER_WORKFLOW, "subject: action", "subject: inconnu"), "DEF-008"),
        ((OTHER_WORKFLOW, "to: fermee", "to: 1"), "DEF-003"),
        ((WORKFLOW, "- state: cotation", "- label2: cotation\n    state: cotation"), "DEF-001"),
        ((WORKFLOW, "escalate: {after: 2w, to: [manager]}", "escalate: manager"), "DEF-003"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[2][:30],
)
def test_a_value_that_cannot_be_read_is_told_once(change, code):
    assert [problem.code for problem in check_definitions(catalogue_files(change))] == [code]


def test_a_transition_whose_target_cannot_be_read_makes_no_state_unreachable():
    told = check_definitions(catalogue_files((WORKFLOW, "{to: close, label", "{label")))
    assert [problem.code for problem in told] == ["DEF-002"]


def test_a_code_may_be_replaced_by_two_criteria_and_one_may_replace_two():
    files = catalogue_files(
        (GRID, "replaces: [A-00]", "replaces: [A-00, A-000]"),
        (OTHER_GRID, "statement: Chacun est reçu.", "statement: Chacun est reçu., replaces: [A-00]"),
    )
    assert check_definitions(files) == ()


def test_five_hundred_criteria_are_enough_for_a_grid():
    many = "".join(f"      - {{criterion: M-{number}, statement: Un critère.}}\n" for number in range(499))
    assert check_definitions(catalogue_files((OTHER_GRID, "    criteria:\n", f"    criteria:\n{many}"))) == ()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_ability_guard_and_effect_of_a_subject_may_be_used(subject):
    grids = "\ngrids: [accueil]" if subject == "dossier" else ""
    words = {"when": GUARDS[subject], "then": EFFECTS[subject]}
    said = "".join(f", {key}: [{', '.join(names)}]" for key, names in words.items() if names)
    files = catalogue_files(
        (OTHER_WORKFLOW, "subject: action", f"subject: {subject}{grids}"),
        (OTHER_WORKFLOW, "allows: [edit]", f"allows: [{', '.join(ABILITIES[subject])}]"),
        (
            OTHER_WORKFLOW,
            "by: [member]}",
            f"by: [member]}}\n      - {{to: fermee, label: F, by: [member]{said}}}",
        ),
    )
    assert check_definitions(files) == ()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_owner_may_ask_for_a_passage_of_what_somebody_is_in_charge_of(subject):
    files = catalogue_files(
        (OTHER_WORKFLOW, "subject: action", f"subject: {subject}"),
        (OTHER_WORKFLOW, "    allows: [edit]\n", ""),
        (OTHER_WORKFLOW, "by: [member]", "by: [member, owner]"),
    )
    told = [problem.code for problem in check_definitions(files)]
    assert told == ([] if subject in ("action", "dossier") else ["WF-007"])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_date_and_everybody_that_a_subject_has_may_be_named_and_no_other(subject):
    for other in SUBJECTS:
        state = [
            "due: 2w",
            f"checklist: [{', '.join(_tasks(other))}]",
            f"reminders: [{{after: 1d, to: [{', '.join(RECIPIENTS[other])}]}}]",
        ]
        sending = "], then: [tell-structure]" if subject == "dossier" else "]"
        files = catalogue_files(
            (OTHER_WORKFLOW, "subject: action", f"subject: {subject}"),
            (OTHER_WORKFLOW, "    allows: [edit]\n", "".join(f"    {line}\n" for line in state)),
            (OTHER_WORKFLOW, "by: [member]", f"by: [{', '.join(ASKERS[other])}{sending}"),
        )
        told = [problem.code for problem in check_definitions(files)]
        dates = set(NAMED_DATES[other]) - set(NAMED_DATES[subject])
        asked = [{*words[other]} - {*words[subject]} for words in (TASK_ROLES, ASKERS)]
        assert sorted(told) == [
            *["WF-007"] * sum(map(len, asked)),
            *["WF-008"] * len({*RECIPIENTS[other]} - {*RECIPIENTS[subject]}),
            *["WF-009"] * len(dates),
        ]


def test_two_people_may_go_the_same_way_and_one_may_once_more_is_done():
    ways = "".join(
        f"\n      - {{to: fermee, label: Fermer, by: [{by}]{when}}}"
        for by, when in (("coordinator", ""), ("manager", ", when: [tasks-done]"), ("manager, owner", ""))
    )
    files = catalogue_files((OTHER_WORKFLOW, "by: [member]}", f"by: [member]}}{ways}"))
    assert check_definitions(files) == ()


def test_a_structure_may_act_on_a_dossier_that_is_sent_to_it():
    files = catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dossier"),
        (
            OTHER_WORKFLOW,
            "by: [member]}",
            "by: [structure]}\n      - {to: fermee, label: F, by: [member], then: [tell-structure]}",
        ),
    )
    assert check_definitions(files) == ()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_what_a_guard_needs_is_said_in_words_of_its_subject(subject):
    needed = NEEDED_ABILITIES[subject]
    assert set(needed) <= set(GUARDS[subject])
    assert {ability for abilities in needed.values() for ability in abilities} <= set(ABILITIES[subject])


@pytest.mark.parametrize("ability", ["rate", "agree"])
def test_one_way_to_make_a_guard_come_true_is_enough_wherever_it_stands(ability):
    files = catalogue_files(
        (WORKFLOW, "allows: [rate, agree]\n", f"allows: [{ability}]\n"),
        (WORKFLOW, "when: [scope-chosen]", "when: [scope-chosen, all-grids-finished]"),
    )
    assert check_definitions(files) == ()


@pytest.mark.parametrize(
    ("due", "then"),
    [
        ("year-end", "when: [grids-finished], then: [open-grids]"),
        ("year-end", "when: [grids-finished, recordings-deleted]"),
        ("2w", "when: [grids-finished]"),
        ("year-end", "when: [tasks-done]"),
    ],
    ids=["opened by a passage", "by interviews", "by people", "not waited for"],
)
def test_what_a_dossier_fills_may_be_waited_for_where_it_can_be_opened(due, then):
    files = catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dossier\ngrids: [accueil]"),
        (
            OTHER_WORKFLOW,
            "allows: [edit]",
            f"allows: [edit]\n    checklist: [{{task: t, label: T, role: member, due: {due}}}]",
        ),
        (OTHER_WORKFLOW, "by: [member]}", f"by: [member], {then}}}"),
    )
    assert check_definitions(files) == ()


def test_a_next_that_says_no_subject_is_left_alone():
    for path, before in ((WORKFLOW, "subject: assessment"), (OTHER_WORKFLOW, "subject: action")):
        files = catalogue_files(
            (WORKFLOW, "next: campagne", "next: action"), (path, before, "subject: dosier")
        )
        assert [problem.code for problem in check_definitions(files)] == ["DEF-008"]


def _tasks(subject):
    for number, role in enumerate(TASK_ROLES[subject]):
        yield f"{{task: r{number}, label: R{number}, role: {role}}}"
    for number, due in enumerate(NAMED_DATES[subject]):
        yield f"{{task: d{number}, label: D{number}, role: member, due: {due}}}"


def test_a_subject_that_is_not_known_is_told_once_whatever_depends_on_it():
    files = catalogue_files(
        (OTHER_WORKFLOW, "subject: action", "subject: dosier\ngrids: [accueil]"),
        (OTHER_WORKFLOW, "    allows: [edit]\n", "    due: round-end\n"),
        (OTHER_WORKFLOW, "by: [member]", "by: [owner, structure], when: [steps-done]"),
    )
    assert [problem.code for problem in check_definitions(files)] == ["DEF-008"]


def test_a_workflow_may_name_grids_whose_files_stand_elsewhere():
    dossier = FILES[OTHER_WORKFLOW].replace("subject: action", "subject: dossier\ngrids: [coordination]")
    files = {OTHER_WORKFLOW: dossier.encode()}
    assert check_definitions(files) == ()
    assert check_definitions(files, ["coordination"]) == ()
    assert [problem.code for problem in check_definitions(files, ["accueil"])] == ["WF-022"]


def test_a_catalogue_without_grids_has_none_that_a_workflow_may_name():
    dossier = FILES[OTHER_WORKFLOW].replace("subject: action", "subject: dossier\ngrids: [coordination]")
    files = {OTHER_WORKFLOW: dossier.encode()}
    told = load_catalogue(files)
    assert isinstance(told, tuple)
    assert [problem.code for problem in told] == ["WF-022"]
    catalogue = load_catalogue(files, grids_elsewhere=None)
    assert isinstance(catalogue, Catalogue)
    assert catalogue.workflows["action"].grids == ("coordination",)


def test_the_shipped_definitions_have_no_problem():
    files = read_definitions(GRIDS, WORKFLOWS)
    assert [str(problem) for problem in check_definitions(files)] == []
    assert loaded(files).modules


def _mutations():
    """A file, a line of it, what stands there instead, and whether its key stays."""
    pieces = [
        "",
        "x: 1",
        "- ",
        "  - {}",
        "0",
        "[]",
        "~",
        '"',
        "    - a",
        "weight: 1e3",
        "value: 0.50",
        "to: a",
    ]
    return st.tuples(
        st.sampled_from(sorted(FILES)), st.integers(0, 60), st.sampled_from(pieces), st.booleans()
    )


@given(st.lists(_mutations(), min_size=1, max_size=3))
def test_files_without_problem_always_make_a_catalogue(mutations):
    files: dict[str, bytes | Unreadable] = dict(catalogue_files())
    for path, number, piece, keeps_key in mutations:
        lines = bytes(files[path]).decode().splitlines()
        if not lines:
            continue
        line = lines[number % len(lines)]
        key, colon, _ = line.partition(": ")
        lines[number % len(lines)] = f"{key}{colon}{piece}" if keeps_key else piece
        files[path] = "\n".join(lines).encode()
    problems = check_definitions(files)
    assert isinstance(load_catalogue(files), tuple if problems else Catalogue)


@given(st.dictionaries(st.sampled_from([*FILES, "grids/x.yaml", "x.yaml", "a.yml"]), st.binary(max_size=60)))
def test_no_files_are_too_strange_to_be_told(files):
    assert isinstance(load_catalogue(files), Catalogue | tuple)
