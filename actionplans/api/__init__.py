"""Plans over the API: the same rules and verbs as the pages."""
