"""Dossiers: one run of a workflow of a centre, by what a person does.

===========  ======================================================================================
starting     choose a workflow and start a dossier; the next one of a dossier that ended
offering     whom it may name, which structure it may be addressed to
changing     its words, its dates, who is in charge, who works on it
moving       pass from one state to the next: guards (``GUARD_CHECKS``), effects (``EFFECT_ACTIONS``)
tasks        the check-list of its state, and the tasks that people add
notes        what its people write in it
exchanges    what the centre and the structure it asked say to each other
documents    the proofs attached to it, each one of those its state expects or another
sheets       the sheets (*fiches*) it fills, each an assessment that is none of the centre's own
targets      what a centre aims at for the figures of a year, and what they were
interviews   who was met, whether they agreed, what became of the recording
support      which structures may be asked; what they and the centre are told by mail
partners     the directory of a centre
reading      its page, for the team
requests     its page, for the structure it was sent to
listing      the dossiers of a centre, or of all of a person's places, filtered, a page at a time
boards       those of one workflow, by state
awaiting     what awaits a person in dossiers
===========  ======================================================================================

Underneath: ``finding`` (which dossier, and may they), ``noting`` (the journal), ``parts`` (what a dossier
keeps besides, told by its workflow and never by its name).
"""
