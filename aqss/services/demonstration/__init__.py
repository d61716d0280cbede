"""The demonstration: a clearly fictional region, always the same for the same numbers.

``region`` invents places and people, ``campaigns`` and ``ratings`` what their teams assess and
answer; ``assessing`` makes the rows of an assessment, ``loading`` writes it all in bulk.
"""
