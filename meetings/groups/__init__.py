"""Group meetings and the shared picture: everything about them that is not a table, a verb or a page."""
