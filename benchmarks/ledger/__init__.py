"""The ledger's cost and speed. Each part has `measure()`, which returns plain figures."""
