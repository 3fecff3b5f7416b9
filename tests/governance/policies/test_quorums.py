"""Quorums in a policy: what may be written, which of those asked for holds, how it is told."""

import pytest

from governance.policies import Evaluation, PolicyInvalid, evaluate, explain, parse_policy
from governance.quorum import PRESETS, QuorumRule, Stage, plain
from tests.governance.policies.builders import (
    SCHEMA,
    as_text,
    context,
    document,
    facts,
    policy,
    rule,
    trigger,
)

BOARD = {
    "stages": [
        {"name": "reading", "required": 2, "panel": 3},
        {"name": "release", "required": 1, "roles": ["senior-reviewer"], "veto": True},
    ]
}
AS_READ = QuorumRule(
    (
        Stage("reading", 2, 3),
        Stage("release", 1, 1, ("senior-reviewer",), veto=True),
    ),
    "board",
)


def quorum_of(*rules, about=None, moment=None, **more):
    return evaluate(policy(*rules, **more), about or facts(), moment or context()).quorum


def found(**more):
    try:
        parse_policy(as_text({**document(), **more}), schema=SCHEMA)
    except PolicyInvalid as fault:
        return [(problem.pointer, problem.code) for problem in fault.problems]
    return []


def test_a_policy_defines_its_quorums_and_names_them():
    rules = policy(
        rule("is_new", "review", quorum="board"),
        quorums={"board": BOARD},
        defaults={"queue": "credit", "due_within": "PT4H", "quorum": "two_of_three"},
        quorum_triggers=[trigger("adverse", "article_14_5")],
    )

    assert rules.rules[0].quorum == AS_READ
    assert rules.defaults.quorum == PRESETS["two_of_three"]
    [asking] = rules.triggers
    assert (asking.id, asking.quorum) == ("ask", PRESETS["article_14_5"])


def test_a_stage_without_a_panel_asks_that_all_agree():
    stages = [{"name": "all", "required": 4}]
    [stage] = quorum_of(
        rule("true", "review", quorum="four"), quorums={"four": {"stages": stages}}
    ).stages

    assert (stage.required, stage.panel, stage.roles, stage.veto) == (4, 4, (), False)


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"rules": [rule("is_new", "review", quorum="article14_5")]},
         "/rules/0/quorum", "unknown_quorum"),
        ({"rules": [rule("is_new", "review", quorum="four_eyes")]},
         "/rules/0/quorum", "not_for_cases"),
        ({"rules": [rule("is_new", "review", quorum="single", verdicts=2)]},
         "/rules/0/verdicts", "meaningless"),
        ({"rules": [rule("is_new", "pass", quorum="single")]}, "/rules/0/quorum", "meaningless"),
        ({"defaults": {"queue": "credit", "due_within": "PT4H", "quorum": "none"}},
         "/defaults/quorum", "unknown_quorum"),
        ({"defaults": {"queue": "credit", "due_within": "PT4H", "quorum": "single", "verdicts": 1}},
         "/defaults/verdicts", "meaningless"),
        ({"quorum_triggers": [trigger("advrse", "single")]},
         "/quorum_triggers/0/when", "expression_unknown_name"),
        ({"quorum_triggers": [trigger("impact", "single")]},
         "/quorum_triggers/0/when", "expression_type"),
        ({"quorum_triggers": [trigger("adverse", "board")]},
         "/quorum_triggers/0/quorum", "unknown_quorum"),
        ({"quorum_triggers": [trigger("adverse", "single"), trigger("is_new", "single")]},
         "/quorum_triggers/1/id", "repeated"),
        ({"quorum_triggers": [{"id": "a"}]}, "/quorum_triggers/0", "missing_field"),
        ({"quorum_triggers": [trigger("adverse", "single", then="review")]},
         "/quorum_triggers/0/then", "unknown_field"),
        ({"quorum_triggers": "adverse"}, "/quorum_triggers", "shape"),
        ({"quorums": []}, "/quorums", "shape"),
        ({"quorums": {"board": []}}, "/quorums/board", "shape"),
        ({"quorums": {"Board~1/": BOARD}}, "/quorums/Board~01~1", "shape"),
        ({"quorums": {"single": BOARD}}, "/quorums/single", "reserved"),
        ({"quorums": {"board": {"stages": []}}}, "/quorums/board/stages", "shape"),
        ({"quorums": {"board": {"stages": [{"name": f"s{i}", "required": 1} for i in range(6)]}}},
         "/quorums/board/stages", "shape"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": n} for n in (1, 2)]}}},
         "/quorums/board/stages/1/name", "repeated"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 3, "panel": 2}]}}},
         "/quorums/board/stages/0", "impossible_stage"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 2, "panel": 4}]}}},
         "/quorums/board/stages/0", "impossible_stage"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 2.0, "panel": 4.0}]}}},
         "/quorums/board/stages/0", "impossible_stage"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 10}]}}},
         "/quorums/board/stages/0/required", "shape"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 1, "panel": True}]}}},
         "/quorums/board/stages/0/panel", "shape"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 1, "roles": ["senior"]}]}}},
         "/quorums/board/stages/0/roles/0", "unknown_role"),
        ({"quorums": {"board": {"stages": [{"name": "s", "required": 1, "roles": []}]}}},
         "/quorums/board/stages/0/roles", "shape"),
    ],
)  # fmt: skip
def test_a_faulty_quorum_is_named_with_its_place(more, pointer, code):
    assert (pointer, code) in found(**more)


def test_a_quorums_faults_have_line_and_column_and_say_what_was_meant():
    text = as_text(document(rule("is_new", "review", quorum="bord"), quorums={"board": BOARD}))
    text = text.replace("- senior-reviewer", "- senior-reviewr")

    with pytest.raises(PolicyInvalid) as fault:
        parse_policy(text, schema=SCHEMA)

    lines = text.split("\n")
    first, second = fault.value.problems
    assert lines[first.place.line - 1][first.place.column - 1 :] == "bord"
    assert 'did you mean "board"' in first.message
    assert lines[second.place.line - 1][second.place.column - 1 :] == "senior-reviewr"
    assert 'did you mean "senior-reviewer"' in second.message


def test_roles_are_not_checked_where_nobody_knows_them():
    text = as_text(
        document(quorums={"b": {"stages": [{"name": "s", "required": 1, "roles": ["x"]}]}})
    )

    assert parse_policy(text, schema=type(SCHEMA)(facts={}, outcomes=frozenset()))


@pytest.mark.parametrize(
    ("rules", "more", "about", "expected"),
    [
        ([], {}, {}, plain(1)),
        ([rule("true", "review", verdicts=3)], {}, {}, plain(3)),
        ([rule("true", "review", quorum="article_14_5")], {}, {}, PRESETS["article_14_5"]),
        ([], {"quorum_triggers": [trigger("adverse", "article_14_5")]}, {"adverse": False},
         plain(1)),
        ([], {"quorum_triggers": [trigger("adverse", "article_14_5")]}, {"adverse": True},
         PRESETS["article_14_5"]),
        # An impact that is not known may be any.
        ([], {"quorum_triggers": [trigger("impact >= 10000.0", "article_14_5")]}, {"impact": None},
         PRESETS["article_14_5"]),
        # More people before anything else, whoever asks.
        ([rule("true", "review", verdicts=3)],
         {"quorum_triggers": [trigger("adverse", "article_14_5")]}, {"adverse": True}, plain(3)),
        ([rule("true", "review", quorum="board")],
         {"quorum_triggers": [trigger("true", "article_14_5")]}, {}, AS_READ),
        # As many people: then more stages.
        ([rule("true", "review", verdicts=3)],
         {"quorum_triggers": [trigger("true", "board")]}, {}, AS_READ),
        # Where all of two must agree, that is stricter than two of three.
        ([rule("true", "review", quorum="two_of_three")],
         {"quorum_triggers": [trigger("true", "article_14_5")]}, {}, PRESETS["article_14_5"]),
        # A rule that may have been the first has its say as well.
        ([rule("amount > 5.0", "review", id="a", quorum="board"), rule("true", "review", id="b")],
         {}, {"values": {}}, AS_READ),
    ],
)  # fmt: skip
def test_the_strictest_quorum_asked_for_holds(rules, more, about, expected):
    quorums = {"board": BOARD}

    assert quorum_of(*rules, about=facts(**about), quorums=quorums, **more) == expected


@pytest.mark.parametrize("then", ["pass", "block"])
def test_where_nobody_looks_nothing_is_asked_for_and_no_trigger_is_looked_at(then):
    rules = policy(rule("true", then), quorum_triggers=[trigger("true", "article_14_5")])

    evaluation = evaluate(rules, facts(), context())

    assert (evaluation.quorum, evaluation.verdicts, evaluation.triggers) == (None, 0, ())


def test_a_trigger_has_its_say_in_an_audit_too():
    rules = policy(
        rule("true", "pass"), audit_rate=1, quorum_triggers=[trigger("true", "article_14_5")]
    )

    assert evaluate(rules, facts(), context()).verdicts == 2


def test_what_was_stored_before_there_were_quorums_reads_as_so_many_people():
    data = evaluate(policy(rule("true", "review", verdicts=2)), facts(), context()).to_json()
    del data["quorum"], data["triggers"]

    assert Evaluation.from_json(data).quorum == plain(2)


def test_it_is_told_which_trigger_asked_for_what():
    rules = policy(
        quorums={"board": BOARD},
        quorum_triggers=[
            trigger("adverse", "article_14_5", id="adverse", title="Adverse outcomes"),
            trigger("impact >= 10000.0", "board", id="large", title="Large ones"),
            trigger("is_new", "two_of_three", id="new", title="New customers"),
        ],
    )

    told = explain(evaluate(rules, facts(adverse=True, impact=None), context()))

    assert told[2:] == [
        'The case goes to the queue "credit" and takes 3 verdicts.',
        'The quorum "board" of 3 people holds: in "reading" 2 of 3 people; then in "release" '
        "1 person, each of the role senior-reviewer, one ballot against the AI system ending it.",
        "It is the strictest of what rules, defaults and triggers ask for: "
        '"Adverse outcomes", "Large ones".',
        'Quorum trigger "Adverse outcomes" applies and asks for the quorum "article_14_5" of '
        "2 people.",
        "adverse is true.",
        'Quorum trigger "Large ones" could not be decided, so that it asks for the quorum "board" '
        "of 3 people.",
        "Whether impact is at least 10000.0 cannot be said, because impact is missing.",
        'Quorum trigger "New customers" does not apply.',
        "is_new is false.",
    ]


def test_a_hostile_text_is_answered_with_no_more_than_anybody_reads():
    quorums = {
        name: {"stages": [{"name": "s", "required": 3, "panel": 1} for _ in range(300)]}
        for name in ("a", "b")
    }
    asking = [trigger("x", "y") for _ in range(300)]

    with pytest.raises(PolicyInvalid) as fault:
        parse_policy(as_text(document(quorums=quorums, quorum_triggers=asking)), schema=SCHEMA)

    assert len(fault.value.problems) == 200
