"""Forms of the hub."""
