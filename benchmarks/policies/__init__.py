"""What a policy costs. Each part has `measure()`, which returns plain figures."""
