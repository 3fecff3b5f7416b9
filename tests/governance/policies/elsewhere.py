"""Evaluates what it is given on its standard input: another process, which hashes otherwise."""

import sys

import orjson

from governance.policies import context_from_json, evaluate, facts_from_json, parse_policy
from tests.governance.policies.builders import SCHEMA


def evaluated(text, about, moment):
    rules = parse_policy(text, schema=SCHEMA)
    return evaluate(rules, facts_from_json(about), context_from_json(moment)).to_json()


if __name__ == "__main__":
    cases = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps([evaluated(*case) for case in cases]))
