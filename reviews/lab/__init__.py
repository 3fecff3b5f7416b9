"""The policy lab: a draft tried on what was, and what a threshold would have cost. Pure."""
