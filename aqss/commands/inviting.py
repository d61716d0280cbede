"""``aqss invite``: how the first administrator comes in, and anybody else whose mail does not arrive."""

from __future__ import annotations

from aqss.bootstrap import build_runtime
from aqss.domain.access import CENTRE_ROLES, Role
from aqss.domain.errors import Fault, InvalidInput, Misconfigured, NotFound
from aqss.gateways.french import date_fr
from aqss.persistence.readiness import told_as_faults
from aqss.services.fault_words import word_fault
from aqss.services.invitations import InvitationMade, invite_from_command

_PLACES = {
    "centre": "Aucun centre de santé ouvert ne porte le numéro {key}.",
    "structure": "Aucune structure d’appui ouverte ne porte le numéro {key}.",
    "place": "Donnez --centre ou --structure, pas les deux.",
}


def invite(*, email: str, role: str, centre: int | None, structure: int | None) -> int:
    """Record an invitation and its mail, and print the link. A word that is not right: Misconfigured."""
    runtime = build_runtime()
    try:
        with told_as_faults(runtime.sessions), runtime.sessions.writing() as session:
            made = invite_from_command(
                session,
                email=email,
                role=role,
                centre_id=centre,
                structure_id=structure,
                now=runtime.clock.now(),
                links=runtime.links,
            )
            session.commit()
    except NotFound as refusal:
        raise Misconfigured((_PLACES[refusal.kind].format(key=refusal.key),)) from refusal
    except InvalidInput as refusal:
        raise Misconfigured(tuple(_tell_fault(fault, Role(role)) for fault in refusal.faults)) from refusal
    finally:
        runtime.sessions.dispose()
    _tell(made)
    return 0


def _tell_fault(fault: Fault, role: Role) -> str:
    if fault.field != "role":
        return word_fault(fault)
    if role in CENTRE_ROLES:
        return f"Le rôle {role} se tient dans un centre de santé : donnez --centre, et pas --structure."
    if role is Role.STRUCTURE:
        return f"Le rôle {role} se tient dans une structure d’appui : donnez --structure, et pas --centre."
    return f"Le rôle {role} se tient sur toute l’instance : enlevez --centre ou --structure."


def _tell(made: InvitationMade) -> None:
    print(f"Invitation de {made.email} enregistrée ; le courriel part avec les travaux de fond.")
    print(f"Lien, à usage unique, valable jusqu’au {date_fr(made.expires_at)} :")
    print(made.link)
