"""What administrators do: centres, structures, and accounts."""
