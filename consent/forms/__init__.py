"""Forms of this layer."""
