"""The demonstration: a clearly fictional region, always the same for the same numbers and the same week.

``region`` invents places and people, ``campaigns`` and ``ratings`` what their teams assess and
answer, ``days`` dates it all by the week it is loaded in; ``assessing`` makes the rows of an assessment,
``loading`` writes it all in bulk.
"""
