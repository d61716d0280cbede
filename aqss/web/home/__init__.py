"""The first page of a person who is signed in."""
