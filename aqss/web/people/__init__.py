"""The people of a centre, of a structure, or of the instance."""
