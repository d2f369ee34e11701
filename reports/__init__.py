"""Figures about the work as a whole, and what of them may be told to whom."""
