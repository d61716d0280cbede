"""What a command does when it needs a whole instance, and how its words are read, in French.

The table of commands is :mod:`aqss.cli`; a command without an instance is a service.
"""
