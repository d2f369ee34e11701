"""What starts the platform: on a machine with nothing prepared, for tests, and in production."""
