"""The demo's network meetings; nobody and no place here exists."""
