"""How fast a halt takes effect. Each part has `measure()`, which returns plain figures."""
