"""What is known and who may read it: information items, consent, disclosure."""
