"""aqss: self-assessment of quality and safety of care for health centres, and the coordination around it.

The map of the house. Each floor imports only what is below it (checked by ``make check``)::

    __main__      python -m aqss
    cli           the commands: a table, resolved when used
    commands      what each command prints and answers
    web | jobs    pages, in Flask | the background: mails, reports, housekeeping
    bootstrap     builds the Runtime: settings, sessions, catalogue, mailer, clock; the only wiring
    services      one function per thing a person does; enforces permissions, never commits
    persistence   tables, sessions, migrations (SQLAlchemy)
    gateways      what enters or leaves: clock, files, mail, PDF, tables, pictures, French typography
    config        settings
    domain        pure rules: definitions, scoring, life cycles, access, errors

The same noun is on every floor: *assessments* is a table, a service, a page. Grids and workflows are YAML, in
``grids/`` and ``workflows/``. Start with docs/architecture.md; words are in docs/glossary.md.
"""

__version__ = "0.1.0"
