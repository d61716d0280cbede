"""What each command prints and answers, and how its words are read, in French.

The table of commands is :mod:`aqss.cli`. Importing this package loads nothing: each module has what it needs.
"""
