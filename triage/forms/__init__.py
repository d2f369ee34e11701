"""Forms of triage."""
