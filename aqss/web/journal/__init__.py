"""The journal of a centre, in French sentences."""
