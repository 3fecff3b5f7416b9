"""Speed, measured: each figure as a ratio to a raw limit that the same run measures.

    python3 run.py benchmark ledger            the whole, about six minutes
    python3 run.py benchmark ledger append     one part

Prints JSON. Absolute figures drift with the machine; the ratios are what is compared.
"""
