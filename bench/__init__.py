"""Load of a realistic shape and measurements on it. Never part of what people use."""
