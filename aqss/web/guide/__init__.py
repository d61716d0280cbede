"""Pages that explain: the method, and the accessibility of the site."""
