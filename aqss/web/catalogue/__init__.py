"""The reference pages: modules, grids, criteria, scales and references of the catalogue."""
