"""Dossiers: their list and board, the page of each, what is done in it; the directory of partners."""
