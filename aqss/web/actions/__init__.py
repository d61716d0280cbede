"""Pages of one action: what it is, how far it is, what comes next; planning it; why a criterion has none."""
