"""The action plan of a centre, and of all the centres of a person."""
