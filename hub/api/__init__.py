"""The REST API over who exists and who takes part: the same rules and verbs as the pages (architecture, "API")."""
