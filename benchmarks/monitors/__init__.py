"""The monitors' statistics on simulated streams: false alarms, and items until a shift is found."""
