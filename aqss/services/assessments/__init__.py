"""Self-assessments of a centre, by what a person does.

===============  ===================================================================================
offers           what a new or prepared assessment may hold: grids and people
starting         start an assessment
preparing        change its scope, objective and who rates what
profiles         follow a change of the centre's profile
rating           save one answer (the path every tap takes)
participants     who rates alone, where each person does so first
sheets           the task list, the page of a grid, « terminé »
moving           pass from one state to the next; the check-list
results          scores, essential criteria, strengths and weak points
explaining       why a score is what it is
listing          the assessments of a centre, or of all the centres of a person
awaiting         what awaits a person
overviews        where each centre of a person stands
===============  ===================================================================================

Underneath: ``finding`` (whose assessment is it), ``team`` (who is of it), ``scope`` (what is asked of an
assessment), ``recorded`` (answers as rows), ``scores`` (score rows), ``counting`` (how far a sheet is),
``announcing`` (its mails) and ``noting`` (the journal's verbs).
"""
