"""Placing meetings (P-M3): plain data in, plain data out, no models, no clock of its own.

`Problem` says who must meet; `solve` proposes; `check` finds every collision of a proposal by itself; `conflicts` and
`best_slots` serve the page while one meeting is moved; `explain` says why one found no time. See docs/planner.md.
"""
