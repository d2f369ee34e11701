"""Network meetings and their rhythm."""
