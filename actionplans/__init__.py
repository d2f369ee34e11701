"""Individual action plans and their follow-up."""
