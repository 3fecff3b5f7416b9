"""The verbs of `manage.py ledger`, a module each: HELP, add_arguments, run."""
