"""The action plan: actions that answer an assessment or stand by themselves, and what they bring.

Rules, with worked examples: docs/actions.md.
"""
