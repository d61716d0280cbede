"""What everything that follows a workflow shares: passages, due dates, tasks, comments.

An assessment, an action and a dossier are each a :class:`~aqss.persistence.runs.Run`. Their own rooms say who
may ask, which guards hold (``GUARD_CHECKS``) and what a passage sets off (``EFFECT_ACTIONS``).
"""
