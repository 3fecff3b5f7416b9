import pytest

from governance.obligations import Force, law, law_version
from governance.obligations.load import read_law
from governance.obligations.records import DataInvalid

SOUND = """
instrument: {key: act, name: An act, force: binding, status_date: 2026-11-22}
date_sets:
  general:
    note: General date.
    dates:
      - {scope: all, original: 2026-08-02, current: 2026-08-02, confidence: text read}
obligations:
  - id: act:1.1
    title: Keep records
    summary: Keep records of it.
    binds: [provider]
    applies_to: [all-ai-systems]
    date_set: general
    evidence: [record]
    source: An act, Article 1(1)
    checked: text read
"""
SECOND = SOUND.split("obligations:")[1]


def test_the_package_holds_the_law_of_its_status_date():
    known = law()

    assert known.status_date.isoformat() == "2026-11-22"
    assert len(known.obligations) == 303
    assert known.instruments["eu-ai-act"].amended_by[0].in_force.isoformat() == "2026-07-27"
    assert known.instruments["nist-ai-rmf"].force is Force.VOLUNTARY


def test_the_version_names_the_status_date_and_follows_the_content():
    assert law_version().startswith("2026-11-22+")

    sound = read_law({"act.yaml": SOUND}).version
    commented = read_law({"act.yaml": "# a comment\n" + SOUND}).version
    changed = read_law({"act.yaml": SOUND.replace("Keep records of", "Keep a record of")}).version
    assert sound == commented != changed


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    title: Keep records\n", "", "'title' is missing"),
        ("    title:", "    titel:", "'title' is missing"),
        ("    source:", "    remark: none\n    source:", "unknown keys ['remark']"),
        ("    source:", "    checked: memory\n    source:", "given twice"),
        ("[provider]", "[povider]", "'povider' is not a Role"),
        ("[provider]", "[provider, provider]", "repeats a value"),
        ("[provider]", "[]", "must not be empty"),
        ("[all-ai-systems]", "all-ai-systems", "expected a list"),
        ("current: 2026-08-02", "current: '2026-08-02'", "expected a date"),
        ("current: 2026-08-02", "current: 2027-08-02", "no act is named"),
        ("confidence: text read", "amended_by: Act B, confidence: text read", "does not amend"),
        ("confidence: text read", "confidence: disputed", "names its reading"),
        ("confidence: text read", "reading: literal, confidence: disputed", "both readings"),
        ("date_set: general", "date_set: special", "no set of dates"),
        ("id: act:1.1", "id: gdpr:1.1", "is not of 'act'"),
        ("obligations:", "obligations:" + SECOND.rstrip(), "'act:1.1' is given twice"),
        ("note: General date.", "note: General date.\n    draft: true", "no application date"),
        ("obligations:", "  other: {note: Spare., dates: []}\nobligations:", "no obligation uses"),
        ("instrument:", "instrument: [", "act.yaml"),
    ],
)
def test_unsound_data_is_refused_with_its_place(old, new, reason):
    assert old in SOUND

    with pytest.raises(DataInvalid) as refusal:
        read_law({"act.yaml": SOUND.replace(old, new, 1)})

    assert reason in str(refusal.value)


def test_files_must_show_the_law_of_the_same_day():
    other = SOUND.replace("act:1.1", "bct:1.1").replace("key: act", "key: bct")

    with pytest.raises(DataInvalid, match="2 status dates"):
        read_law({"act.yaml": SOUND, "bct.yaml": other.replace("2026-11-22", "2026-12-01")})
