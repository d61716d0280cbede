"""What a supervisor asks the site."""
