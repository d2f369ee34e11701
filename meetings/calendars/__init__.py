"""Calendars as text: reading the busy times of others, writing our own meetings, understanding answers (P-M4, P-M5)."""
