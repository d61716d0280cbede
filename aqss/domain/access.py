"""Who may do what: roles, permissions, and the single table that joins them.

A role is held over one centre or one structure; the administrator's is held over the whole
instance. The administrator creates centres and accounts and reads no centre's results.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, Literal

from aqss.domain.errors import NotAllowed


class Role(StrEnum):
    """A person's function in aqss; the words of workflow files."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    STRUCTURE = "structure"
    ADMINISTRATOR = "administrator"


CENTRE_ROLES = (Role.MEMBER, Role.COORDINATOR, Role.MANAGER)
"""Roles held over one centre."""


class Permission(StrEnum):
    """What a route or a service asks for. The scope is named after the word it starts with."""

    USE_ACCOUNT = "use-account"  # one's own name, password and sessions; the lists of one's own places
    ACTION_EDIT = "action-edit"  # plan an action, give it to somebody, pass it on
    ACTION_PROGRESS = "action-progress"  # tell how far one's own is; the others, for who edits
    ACTION_READ = "action-read"
    CENTRE_VIEW = "centre-view"
    CENTRE_DESCRIBE = "centre-describe"
    CENTRE_MANAGE_PEOPLE = "centre-manage-people"
    CENTRE_READ_JOURNAL = "centre-read-journal"
    ASSESSMENT_AGREE = "assessment-agree"  # lead the session where the team agrees
    ASSESSMENT_PREPARE = "assessment-prepare"
    ASSESSMENT_RATE = "assessment-rate"
    ASSESSMENT_READ = "assessment-read"
    ASSESSMENT_VALIDATE = "assessment-validate"
    DOSSIER_EDIT = "dossier-edit"
    DOSSIER_READ = "dossier-read"  # the structures': what is addressed to them
    STRUCTURE_VIEW = "structure-view"
    STRUCTURE_MANAGE_PEOPLE = "structure-manage-people"
    INSTANCE_ADMINISTER = "instance-administer"


_EVERYBODY = frozenset(Role)
_TEAM = frozenset(CENTRE_ROLES)
_LEAD = frozenset({Role.COORDINATOR, Role.MANAGER})

GRANTS: dict[Permission, frozenset[Role]] = {
    Permission.USE_ACCOUNT: _EVERYBODY,
    Permission.ACTION_EDIT: _LEAD,
    Permission.ACTION_PROGRESS: _TEAM,
    Permission.ACTION_READ: _TEAM,
    Permission.CENTRE_VIEW: _TEAM | {Role.ADMINISTRATOR},
    Permission.CENTRE_DESCRIBE: _LEAD | {Role.ADMINISTRATOR},
    Permission.CENTRE_MANAGE_PEOPLE: _LEAD | {Role.ADMINISTRATOR},
    Permission.CENTRE_READ_JOURNAL: _LEAD,
    Permission.ASSESSMENT_AGREE: frozenset({Role.COORDINATOR}),
    Permission.ASSESSMENT_PREPARE: frozenset({Role.COORDINATOR}),
    Permission.ASSESSMENT_RATE: _TEAM,
    Permission.ASSESSMENT_READ: _TEAM,
    Permission.ASSESSMENT_VALIDATE: frozenset({Role.MANAGER}),
    Permission.DOSSIER_EDIT: _LEAD,
    Permission.DOSSIER_READ: _TEAM | {Role.STRUCTURE},
    Permission.STRUCTURE_VIEW: frozenset({Role.STRUCTURE, Role.ADMINISTRATOR}),
    Permission.STRUCTURE_MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Permission.INSTANCE_ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}
"""The table: permission → roles that have it, each within what the role is held over."""

WITHOUT_ROLE = frozenset({Permission.USE_ACCOUNT})
"""What comes with the account itself: somebody whose last role was closed still looks after it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held over a centre, over a structure, or (administrator) over the instance."""

    role: Role
    centre_id: int | None = None
    structure_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person asking, with every role they hold now."""

    user_id: int
    name: str
    grants: tuple[Grant, ...] = ()

    def roles_in(self, centre_id: int) -> frozenset[Role]:
        """Roles held over that centre, the administrator's included."""
        return frozenset(
            g.role for g in self.grants if g.centre_id == centre_id or g.role is Role.ADMINISTRATOR
        )

    @property
    def is_administrator(self) -> bool:
        return any(g.role is Role.ADMINISTRATOR for g in self.grants)

    def centre_ids(self, roles: Iterable[Role] = CENTRE_ROLES) -> tuple[int, ...]:
        """Centres where one of ``roles`` is held, without repetition, in the order of the grants."""
        wanted = frozenset(roles)
        return tuple(
            dict.fromkeys(g.centre_id for g in self.grants if g.role in wanted and g.centre_id is not None)
        )


class Anywhere(Enum):
    """The scope of a question that names no centre and no structure."""

    ANYWHERE = "anywhere"


ANYWHERE: Final = Anywhere.ANYWHERE
Scope = int | None | Literal[Anywhere.ANYWHERE]
"""The key of a centre or structure; None: there is none, and only the administrator has a role over that."""


def is_allowed(
    actor: Actor, permission: Permission, *, centre_id: Scope = ANYWHERE, structure_id: Scope = ANYWHERE
) -> bool:
    """Whether one of the actor's roles grants ``permission`` over the centre or structure asked about.

    Without either argument: over anything at all (what a menu needs to know); what :data:`WITHOUT_ROLE` lists
    is then allowed to everybody. An argument given as None is no such question: a row that belongs to no
    centre is not opened by a role over another.
    """
    roles = GRANTS[permission]
    anywhere = centre_id is ANYWHERE and structure_id is ANYWHERE
    if anywhere and permission in WITHOUT_ROLE:
        return True
    return any(
        grant.role in roles
        and (
            anywhere
            or grant.role is Role.ADMINISTRATOR
            or (grant.centre_id is not None and grant.centre_id == centre_id)
            or (grant.structure_id is not None and grant.structure_id == structure_id)
        )
        for grant in actor.grants
    )


def require(
    actor: Actor, permission: Permission, *, centre_id: Scope = ANYWHERE, structure_id: Scope = ANYWHERE
) -> None:
    """Raise :class:`NotAllowed` unless :func:`is_allowed`."""
    if not is_allowed(actor, permission, centre_id=centre_id, structure_id=structure_id):
        raise NotAllowed(permission)
