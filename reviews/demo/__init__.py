"""The demonstration: three AI systems on real public data, overseen by invented people.

The models are trained here, on the data sets inside scikit-learn; their outputs come in through
the API like any other caller's. People, organisation and verdicts are invented and marked so.
"""
