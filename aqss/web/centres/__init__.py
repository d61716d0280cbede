"""Health centres: their page, their description and profile."""
