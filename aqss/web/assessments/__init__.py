"""Self-assessments: starting one, rating its grids, reading where the team stands."""
