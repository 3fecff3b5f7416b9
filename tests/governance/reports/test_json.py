"""The evidence: same bytes each time, exact numbers, and the published format."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator, ValidationError

from config.env import PROJECT_DIR
from governance.reports.render_json import SCHEMA_PATH, render_json
from tests.governance.reports import samples

DOCUMENTS = [samples.human_oversight, samples.automated_decisions, samples.empty, samples.hostile]


def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_PATH.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("make", DOCUMENTS)
def test_every_document_follows_the_published_schema(make):
    validator().validate(json.loads(render_json(make())))


def test_the_schema_refuses_a_figure_without_n():
    tree = json.loads(render_json(samples.human_oversight()))
    figure = next(b for s in tree["sections"] for b in s["blocks"] if b["type"] == "figure")
    del figure["n"]
    with pytest.raises(ValidationError):
        validator().validate(tree)


def test_two_processes_with_other_hash_seeds_give_the_same_bytes():
    program = (
        "import sys;from tests.governance.reports import samples;"
        "from governance.reports.render_json import render_json;"
        "sys.stdout.buffer.write(render_json(samples.human_oversight()))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=PROJECT_DIR,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] == render_json(samples.human_oversight())


def test_keys_are_sorted_so_that_any_sorting_writer_gives_the_same_bytes():
    written = render_json(samples.hostile()).decode()
    again = json.dumps(json.loads(written), sort_keys=True, ensure_ascii=False, indent=1)
    assert written == again + "\n"


def test_decimals_and_instants_are_written_exactly():
    tree = json.loads(render_json(samples.human_oversight()))
    share = tree["sections"][1]["blocks"][0]
    assert share["value"] == "0.091389"
    assert Decimal(share["interval"]["level"]) == Decimal("0.95")
    assert tree["coverage"]["cut_off"] == "2026-11-03T06:00:00Z"


def test_hostile_text_is_kept_to_the_letter():
    tree = json.loads(render_json(samples.hostile()))
    texts = [row[1] for row in tree["sections"][0]["blocks"][1]["rows"]]
    assert samples.REVERSED in texts
    assert samples.EMOJI in texts
    assert "\x07" in texts
