"""The monitors' statistics on simulated streams: false alarms without a shift, items until found."""
