"""Which texts hold what looks like a NIR or an INS; the numbers are fictional."""

import pytest

from aqss.domain.privacy import find_identifier

REFUSED = [
    # fifteen characters, in the ways people cut them
    "185057800608491",
    "1 85 05 78 006 084 91",
    "1 85 05 78 006 084 (91)",
    "1 85 05 78 006 084 / 91",
    "1850578006084 91",
    "1.85.05.78.006.084.91",
    "1-85-05-78-006-084-91",
    "1–85–05–78–006–084–91",
    "1/85/05/78/006/084/91",
    "1_85_05_78_006_084_91",
    "1\u00a085\u00a005\u00a078\u00a0006\u00a0084\u00a091",
    "1\u202f85\u202f05\u202f78\u202f006\u202f084\u202f91",
    "1\u200985\u200905\u200978\u2009006\u2009084\u200991",
    "1850\u200b5780\u200b0608\u200b491",
    "1\u00ad850578006084\u00ad91",
    "1\n85\n05\n78\n006\n084\n91",
    "1   85   05   78   006   084   91",
    "1 8 5 0 5 7 8 0 0 6 0 8 4 9 1",
    "185 057 800 608 491",
    "18505 78006 08491",
    "1850578006084·91",
    # other digits than ours
    "１８５０５７８００６０８４９１",
    "١٨٥٠٥٧٨٠٠٦٠٨٤٩١",
    "१८५०५७८००६०८४९१",
    "𝟏𝟖𝟓𝟎𝟓𝟕𝟖𝟎𝟎𝟔𝟎𝟖𝟒𝟗𝟏",
    "¹⁸⁵⁰⁵⁷⁸⁰⁰⁶⁰⁸⁴⁹¹",
    "1️⃣ 85 05 78 006 084 91",
    # Corsica, overseas, abroad, waiting numbers, unknown months
    "286022A00412306",
    "2 86 02 2A 004 123 06",
    "2 86 02 2a 004 123 06",
    "2 86 02 ２Ａ 004 123 06",
    "198012B03304545",
    "1 98 01 2 B 033 045 45",
    "299129710501233",
    "2 99 12 971 05 012 33",
    "3 85 05 78 006 084 88",
    "7 23 01 99 999 111 26",
    "823019999911173",
    "1 86 20 00 123 456 58 puis 1 86 35 75 056 123 34",
    "186557505612363",
    # thirteen characters by themselves
    "1850578006084",
    "1 85 05 78 006 084",
    "185 05 78 006 084",
    "1 8505 78006 084",
    "286022A004123",
    "2 86 02 2B 004 123",
    "2 99 12 971 05 012",
    "2 95 10 99 126 111",
    # a mistyped key still leaves somebody's number, when the groups are those of a NIR
    "1 85 05 78 006 084 92",
    "1850578006084 12 patients",
    # within a sentence
    "Dossier de Mme X (NIR 185057800608491), revu en réunion.",
    "n°185057800608491",
    "NIR185057800608491et suite",
    "INS : 1 85 05 78 006 084 91.",
    "Le 12 1 85 05 78 006 084 91",
    "Appeler le 01 23 45 67 89 pour 1 85 05 78 006 084 91",
]

ACCEPTED = [
    "",
    "Rien à signaler.",
    "12 sur 31 critères, 3 réunions en 2025",
    # telephones
    "01 23 45 67 89",
    "+33 1 23 45 67 89",
    "0033 1 23 45 67 89",
    "0033123456789",
    "06 12 34 56 78 / 01 23 45 67 89",
    "Poste 2 15 ou 06.12.34.56.78",
    # establishments and professionals
    "FINESS 750712184",
    "FINESS 750712184 et 930001234",
    "SIREN 732 829 320",
    "SIRET 732 829 320 00074",
    "73282932000074",
    "RPPS 10003456789",
    "ADELI 759912345",
    # bank
    "FR76 3000 6000 0112 3456 7890 189",
    "FR7630006000011234567890189",
    "4970 1012 3456 7890",
    # medicines, devices, books
    "CIP 3400936403871",
    "CIP 34009 364 038 7 1",
    "ISBN 9782070360024",
    # dates, hours, references, counts
    "2025-03-12 14:05:33",
    "20250312140533",
    "du 12/03/2025 au 14/03/2025",
    "du 01.02.2025 au 28.02.2025, 14 h 03",
    "2019, 2020, 2021, 2022, 2023",
    "arrêté du 28 mars 2022, JORFTEXT000045457787",
    "Lots 12 15 18 22 31 40 41",
    "passages : 120 135 128 140 151",
    # a NIR that cannot be: key, sex, month, department, commune, order, length
    "185057800608492",
    "5850578006084 00",
    "5 85 05 78 006 084",
    "9850578006084",
    "1851378006084",
    "1850078006084",
    "1850500006084",
    "1850578000084",
    "1850578006000",
    "185059700084",
    "1 85 05 970 00 084",
    "1862075056123",
    "3850578006084",
    "286022C004123",
    # part of a longer number, or cut where no group ends
    "18505780060840",
    "91850578006084",
    "1850578006084910",
    "9185057800608491",
    "18 505 780 060 84",
    "1,85,05,78,006,084",
    "1    85 05 78 006 084 91",
]


@pytest.mark.campaign("B16")
@pytest.mark.parametrize("text", REFUSED)
def test_a_social_security_number_is_found_however_it_is_written(text: str) -> None:
    assert find_identifier(text) is not None


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_number_of_another_kind_is_left_alone(text: str) -> None:
    assert find_identifier(text) is None


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Voir 1 85 05 78 006 084 91 : à revoir", "1 85 05 78 006 084 91"),
        ("Voir 1850578006084, à revoir", "1850578006084"),
        ("１８５０５７８００６０８４９１ ou 286022A004123", "１８５０５７８００６０８４９１"),
        ("2 86 02 2A 004 123 06 puis 185057800608491", "2 86 02 2A 004 123 06"),
    ],
)
def test_the_first_fragment_is_given_as_it_is_written_and_in_full(text: str, fragment: str) -> None:
    assert find_identifier(text) == fragment


def test_a_long_text_is_read_in_little_time() -> None:
    """Every separator and digit is a possible start: the rule must stay linear."""
    assert find_identifier("1 " * 50_000) is None
