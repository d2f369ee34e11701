"""Calendars out to other programs and in from them; pure code without models."""
