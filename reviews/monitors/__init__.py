"""The statistics of the monitors: pure, without database, clock or settings.

Each says what it takes, what it computes, and from which stated rate of false alarms its limit
follows. `docs/monitors.md` has the table that shows both on simulated shifts. scipy and numpy are
imported inside the functions: only workers pay for them.
"""
