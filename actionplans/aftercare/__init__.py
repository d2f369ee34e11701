"""What follows when a case ends: handing over what is left, and asking how it went 6 and 12 months later (P-P6)."""
