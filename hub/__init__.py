"""Who exists and who takes part: organisation, people, cases, access, audit, clocks."""
