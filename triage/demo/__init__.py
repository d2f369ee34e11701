"""The demo's week of concerns, told through the same verbs as the pages use (docs/demo.md)."""
