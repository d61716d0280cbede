"""`make bench`: what aqss costs, each figure beside a yardstick measured in the same run."""
