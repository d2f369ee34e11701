"""The REST API over what is known and who may read it (architecture, "API")."""
