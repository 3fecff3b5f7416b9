"""The policy lab's speed. Each part has `measure()`, which returns plain figures."""
