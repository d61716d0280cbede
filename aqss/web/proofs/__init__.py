"""Proofs of a centre: their pages, what is received, and the files served."""
