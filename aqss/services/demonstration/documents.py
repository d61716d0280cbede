"""The files that a fictional centre gives as proofs: real ones, small, the same bytes whenever they are made.

Nothing in them tells a date: the demonstration moves with the week it is loaded in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook

from aqss.gateways.pdf import FONTS

_FICTION = "Document fictif de la démonstration d’aqss\u00a0: ni ce centre, ni ces personnes n’existent."
_MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - what a workbook holds, with no zone

_MINUTES = (
    "Présents\u00a0: deux médecins, une infirmière, la coordination. Durée\u00a0: 45 minutes.",
    "1. Trois situations discutées, choisies selon la liste de critères affichée en salle de réunion.",
    "2. La conclusion de chacune est versée au dossier le jour même par la personne qui l’a présentée.",
    "3. Prochaine réunion dans quatre semaines\u00a0; l’ordre du jour part une semaine avant.",
)
_CERTIFICATE = (
    "Formation aux gestes et soins d’urgence, niveau 2\u00a0: deux infirmières et une assistante dentaire.",
    "Une journée, en présence\u00a0: malaise, arrêt cardiaque, défibrillateur, voies aériennes.",
    "L’attestation est valable quatre ans\u00a0; le recyclage est à demander trois mois avant sa fin.",
)
_TEMPERATURES = ((4.1, 5.2), (3.9, 5.0), (4.0, 6.1), (4.2, 8.6), (3.8, 5.1), (4.0, 5.3), (4.1, 5.0))


def _minutes() -> bytes:
    return _page("Compte rendu de réunion de concertation", _MINUTES)


def _certificate() -> bytes:
    return _page("Attestation de formation aux gestes d’urgence", _CERTIFICATE)


def _page(title: str, lines: Sequence[str]) -> bytes:
    """A PDF of one page; ``invariant``: without the hour it was made at."""
    written = BytesIO()
    sheet = Canvas(written, pagesize=A4, invariant=1, lang="fr")
    sheet.setTitle(title)
    sheet.setFont("Helvetica-Bold", 18)
    sheet.drawString(57, 760, title)
    sheet.setFont("Helvetica", 10)
    sheet.drawString(57, 738, "Centre de santé de Port-Amiral")
    for rank, line in enumerate(lines):
        sheet.drawString(57, 700 - 22 * rank, line)
    sheet.setFont("Helvetica-Oblique", 9)
    sheet.drawString(57, 60, _FICTION)
    sheet.save()
    return written.getvalue()


def _poster() -> bytes:
    """A picture of the poster beside each water point."""
    picture = Image.new("RGB", (640, 400), "#e8f3f3")
    ink = ImageDraw.Draw(picture)
    large, small = (ImageFont.truetype(FONTS / "DejaVuSansCondensed-Bold.ttf", size) for size in (34, 18))
    ink.rectangle((0, 0, 640, 18), fill="#54296a")
    ink.text((40, 60), "Friction hydro-alcoolique", fill="#231a2c", font=large)
    for rank, line in enumerate(("1. Paume contre paume", "2. Entre les doigts", "3. Pouces et poignets")):
        ink.text((40, 140 + 40 * rank), line, fill="#0d5257", font=large.font_variant(size=24))
    ink.text((40, 280), "Trente secondes, jusqu’au séchage.", fill="#231a2c", font=small)
    ink.text((40, 350), "Affiche fictive de la démonstration d’aqss", fill="#584d63", font=small)
    written = BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _readings() -> bytes:
    """A workbook of the temperatures read in a week, one of them out of the range."""
    written = BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"title": "Relevés du réfrigérateur", "comments": _FICTION, "created": _MADE_AT})
        sheet = book.add_worksheet("Relevés")
        sheet.set_column(0, 0, 14)
        sheet.set_column(3, 3, 40)
        sheet.write_row(0, 0, ("Jour", "Minimum (°C)", "Maximum (°C)", "Conduite"))
        for rank, (lowest, highest) in enumerate(_TEMPERATURES, start=1):
            done = "Vaccins isolés, avis demandé, écart noté" if highest > 8 else ""
            sheet.write_row(rank, 0, (f"Jour {rank}", lowest, highest, done))
        sheet.write(len(_TEMPERATURES) + 2, 0, _FICTION)
    return written.getvalue()


DOCUMENTS: Mapping[str, Callable[[], bytes]] = {
    "Compte rendu de réunion.pdf": _minutes,
    "Attestation gestes d’urgence.pdf": _certificate,
    "Affiche friction.png": _poster,
    "Relevés du réfrigérateur.xlsx": _readings,
}
"""The name of a file, as its sender had it, → what makes it."""
