"""Statistics for other systems."""
