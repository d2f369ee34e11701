"""The consent form on paper: content in, accessible PDF out (P-C6)."""
