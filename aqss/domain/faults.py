"""The codes of the faults of an input, for whoever words them: each with the facts its sentence needs."""

from __future__ import annotations

FAULTS: dict[str, tuple[str, ...]] = {
    # any text
    "required": (),  # nothing was written, or nothing that can be seen
    "too-long": ("limit",),  # more than `limit` characters
    "bad-character": (),  # a control or direction character, or one that no screen can show
    "patient-identifier": (),  # looks like a French social security number (NIR/INS)
    "email": (),  # not an address a mail can be sent to
    "unknown-choice": (),  # not one of the values offered
    "at-least-one": (),  # an empty list where one value is needed
    # passwords
    "password-too-short": ("minimum",),
    "password-too-long": ("maximum",),
    "password-characters": (),  # a character that cannot be kept
    "password-personal": (),  # contains the person's name or address
    "password-repeated": (),  # the same few characters again and again
    "password-common": (),  # words and sequences everybody tries first
    "password-wrong": (),  # not the present password of the account
    # people
    "already-member": (),  # this address already has a role in this place
    "member-disabled": (),  # this address had a role here; it can be opened again
    "last-coordinator": (),  # the centre would be left without a coordinator
    "own-membership": (),  # nobody changes or closes their own role
    # centres
    "finess": (),  # not nine digits, or not nine characters of a FINESS number
    "finess-taken": (),  # another centre has that number
    "department-outside-region": (),  # the department is in another region
    "too-many": ("limit",),  # more than `limit` entries in a list
    # assessments
    "grid-answered": ("title",),  # the grid of that title holds answers or comments: it cannot be left out
    "grid-in-plan": ("title",),  # an action answers a criterion of that grid: it cannot be left out
    "grids-settled": (),  # their individual round is closed: which grids there are no longer changes
    "rating-settled": (),  # somebody could answer already: how the team rates no longer changes
    "participant-rated": ("name",),  # leaving that person out takes their answers away
    "date-outside": ("earliest", "latest"),  # a day before the earliest or after the latest
    # proofs
    "file-missing": (),  # no file was chosen
    "file-empty": ("name",),
    "file-too-big": ("name", "size", "limit"),  # sizes in words
    "file-kind": ("name",),  # no kind of file that is accepted
    "file-old-office": ("name",),  # a document of before 2007, or under a password
    "file-broken": ("name",),  # starts as one of those kinds, and does not hold together
    "file-double": ("name",),  # one of those kinds and something else at once
    "file-encrypted": ("name",),
    "file-macros": ("name",),  # holds something to run
    "file-fetches": ("name",),  # opens with something that is elsewhere
    "file-bomb": ("name",),  # would take far more room once unpacked
    "file-picture": ("name", "limit"),  # over `limit` millions of pixels
    "proof-both": (),  # a file and an address, where one is asked for
    "proof-here": ("title",),  # the same file or address is already there, under that title
    "link": (),  # not an address that starts with http:// or https://, or one that holds a password
    "before-date": ("earliest", "before"),  # a day comes before that of the field `before`
    # actions
    "effect-settled": (),  # the action has started: the effect it promised no longer changes
    "steps-tell": (),  # it has steps: those done tell how far it is
    # dossiers
    "before-start": ("earliest",),  # the last day of a period comes before its first
    "already-followed": ("title",),  # the dossier of that title follows that one already
    "sheet-answered": ("title",),  # the sheet holds answers, proofs or actions: it cannot be taken away
    "last-sheet": (),  # a dossier keeps one of its sheets
    "consent-first": (),  # nothing is recorded before the person met agreed
    "not-recorded": (),  # what was not recorded is not erased
    "recording-kept": (),  # the recording is to be erased first
    "already-sent": (),  # the request was sent: it stays addressed to that structure
    # sittings
    "minutes-changed": ("minutes",),  # somebody else gave it those minutes since the form was shown
    # actions
    "target-not-better": (),  # the effect expected is no better than where its criterion stands
    # answers
    "level-unknown": ("levels",),  # not one of the levels of the scale
    "number-expected": (),  # not a number
    "number-range": ("min", "max"),  # outside the scale's bounds; one of them may be None
    "number-decimals": ("decimals",),  # more than `decimals` decimals
    "number-digits": ("digits",),  # more than `digits` digits in all
    "words-expected": (),  # not a text
    "second-round-open": (),  # the criterion is being voted on again: no answer of the team meanwhile
    "reason-outside-medians": (),  # the team's answer is none of what most said: it says why
}
"""Code → the names of its facts, in the order of :attr:`aqss.domain.errors.Fault.facts`."""
