"""Verifying the ledger: the whole work as shares that do not need one another, and their sum.

`plan` says which shares there are, `check` does one of them in one process, `summing` puts what
they found together and compares it with what is held outside. Nothing here writes but `runs`.
"""
