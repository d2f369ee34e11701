"""Template tags of triage."""
