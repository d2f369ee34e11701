"""Pages of the administration: organisation, accounts, agreements, files. Never a person, never a case."""
