"""The demonstration: a clearly fictional region, always the same for the same numbers.

``region`` invents places and people, ``ratings`` what their teams answer, ``loading`` writes it all in bulk.
"""
