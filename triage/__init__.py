"""MASH: from concern to decision, against the clock."""
