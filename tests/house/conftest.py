"""Fixtures of the rules of the house that look at the whole site."""

from tests.site_fixtures import migrated_file, published, site

__all__ = ["migrated_file", "published", "site"]
