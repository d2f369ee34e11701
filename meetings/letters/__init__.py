"""Letters to the family about a meeting: whom they go to, what they say, and how they look (P-M6)."""
