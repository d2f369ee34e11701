"""Triage under /api/v1/: the same rules and verbs as the pages."""
