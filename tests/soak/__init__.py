"""Long trials, outside `make test`: `make soak`. What they found is kept in docs/soak.md."""
