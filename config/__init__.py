"""Wiring only: settings, addresses, processes. No rule of the product is here."""
