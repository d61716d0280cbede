"""Proofs of a centre, by what a person does.

========  ==========================================================================
listing   the proofs of a criterion; those of a centre, what is out of date first
adding    give a file or a link for a criterion, or one that the centre has already
removing  take a proof back
keeping   which stored files still serve
========  ==========================================================================

Underneath: ``finding`` (for which criterion, and may they), and :mod:`aqss.services.proof_uses` (the rows).
"""
