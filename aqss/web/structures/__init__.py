"""Support structures: their page and their description."""
