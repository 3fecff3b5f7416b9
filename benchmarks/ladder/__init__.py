"""Late cases that climb: how many a second, and what that is beside writing as many plain rows."""
