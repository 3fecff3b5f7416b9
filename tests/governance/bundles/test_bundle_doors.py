"""Evidence bundles over HTTP, on the pages and from the command line."""

from __future__ import annotations

import io
import json
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from governance.evidence import verify_bundle
from governance.models import Actor, EvidenceBundle, LedgerEntry, Refusal, User
from governance.services import bundle_sealing
from governance.services.bundles import BUNDLES
from governance.services.erasure import erase_subject
from governance.services.sealing import seal_once
from governance.tasks import run_waiting_bundles, withdraw_bundles
from reviews.models import Decision
from tests.factories import build_world, change, join, make_person, policy_text
from tests.governance.bundles.test_request_bundle import may_issue
from tests.governance.pages.reading import Markup, text_of

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/ledger/bundles"


def api(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def body(decision: Decision, **more: Any) -> dict[str, Any]:
    return {"about": "decision", "id": str(decision.pk), **more}


def make_waiting() -> None:
    seal_once(now=timezone.now())
    run_waiting_bundles()


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


class TestApi:
    def test_a_bundle_is_asked_for_watched_and_fetched(self, decided, auditor, tmp_path):
        client = api(auditor)
        asked = client.post(PLACE, body(decided))
        assert (asked.status_code, asked.data["state"]) == (202, "queued")
        assert client.get(f"{asked['Location']}/bundle.zip").status_code == 404

        make_waiting()
        done = client.get(asked["Location"]).data
        assert (done["state"], done["entries"], len(done["sha256"])) == ("done", 7, 64)
        answer = client.get(
            f"{asked['Location']}/bundle.zip", headers={"Accept": "application/zip"}
        )
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
        assert answer["Content-Disposition"] == (
            f'attachment; filename="evidence-decision-{decided.pk}.zip"'
        )
        path = tmp_path / "bundle.zip"
        path.write_bytes(content_of(answer))
        assert path.stat().st_size == done["size_bytes"] == int(answer["Content-Length"])
        assert f"SHA-256 of the file: {done['sha256']}" in verify_bundle.verify(str(path)).facts

    def test_a_repeated_key_asks_once(self, decided, auditor):
        headers = {"Idempotency-Key": "evidence-1"}
        first, second = (api(auditor).post(PLACE, body(decided), headers=headers) for _ in range(2))
        assert (first.status_code, first.data["id"]) == (second.status_code, second.data["id"])
        assert EvidenceBundle.objects.count() == 1

    def test_each_fault_is_named(self, decided, auditor):
        for changes, status, pointer in (
            ({"about": "weather"}, 400, "/about"),
            ({"id": "x"}, 400, "/id"),
            ({"surprise": 1}, 400, "/surprise"),
            ({"period_start": "2026-11-01T00:00:00Z"}, 400, "/period_end"),
            ({"held": "a checkpoint"}, 422, "/held"),
            ({"held": 1}, 400, "/held"),
        ):
            answer = api(auditor).post(PLACE, body(decided) | changes)
            assert answer.status_code == status
            errors = json.loads(answer.content)["errors"]
            assert [error["pointer"] for error in errors] == [pointer]
        assert not EvidenceBundle.objects.exists()

    def test_who_may(self, world, decided, auditor, ask):
        bundle = ask("decision", decided.pk)
        make_waiting()
        who = {
            auditor: (202, 200, 200),
            world.officer: (202, 200, 403),
            world.owner: (403, 403, 403),
            world.reviewer: (403, 403, 403),
            may_issue(world.reviewers[1]): (202, 404, 404),
            make_person(roles=["administrator"]): (403, 200, 403),
        }
        for person, (asks, sees, fetches) in who.items():
            client = api(person)
            found = (
                client.post(PLACE, body(decided)).status_code,
                client.get(f"{PLACE}/{bundle.pk}").status_code,
                client.get(f"{PLACE}/{bundle.pk}/bundle.zip").status_code,
            )
            assert found == (asks, sees, fetches), person
            if sees == 200:
                listed = client.get(PLACE).data["results"]
                assert str(bundle.pk) in [row["id"] for row in listed]

    def test_a_client_with_a_key_gets_none(self, world, decided):
        headers = {"Authorization": f"Bearer {world.key}"}
        assert Client().get(PLACE, headers=headers).status_code == 403
        assert Client().get(PLACE).status_code == 401

    def test_a_refused_try_is_entered(self, world, decided, ask):
        bundle = ask("decision", decided.pk)
        make_waiting()
        assert api(world.officer).get(f"{PLACE}/{bundle.pk}/bundle.zip").status_code == 403
        assert Refusal.objects.get().code == "not_permitted"

    def test_what_was_lost_is_not_fetched_any_more(self, decided, auditor, ask):
        """The file was made for their rights; they count at each download."""
        bundle = ask("decision", decided.pk)
        make_waiting()
        for assignment in auditor.role_assignments.all():
            assignment.valid_until = timezone.now()
            change(assignment, "valid_until")
        answer = api(User.objects.get(pk=auditor.pk)).get(f"{PLACE}/{bundle.pk}/bundle.zip")
        assert answer.status_code == 403

    def test_the_list_is_narrowed_and_goes_on_by_cursor(self, decided, auditor, ask):
        done = ask("decision", decided.pk)
        make_waiting()
        waiting = ask("decision", decided.pk)
        found = api(auditor).get(PLACE, {"state": "queued"}).data["results"]
        assert [row["id"] for row in found] == [str(waiting.pk)]
        page = api(auditor).get(PLACE, {"page_size": 1})
        assert [row["id"] for row in page.data["results"]] == [str(waiting.pk)]
        rest = api(auditor).get(page.data["next"])
        assert [row["id"] for row in rest.data["results"]] == [str(done.pk)]


class TestErasure:
    """Content that is erased goes from the files that were made with it, too."""

    @pytest.fixture
    def bundle(self, decided, ask) -> EvidenceBundle:
        bundle = ask("decision", decided.pk)
        make_waiting()
        return bundle

    def erase(self, world, decided) -> None:
        erase_subject(
            subject_id=decided.subject_id,
            ground="asked for it",
            person=world.officer,
            now=timezone.now(),
        )

    def test_from_that_moment_nobody_gets_the_file(self, world, decided, bundle, auditor):
        self.erase(world, decided)
        answer = api(auditor).get(f"{PLACE}/{bundle.pk}/bundle.zip")
        assert (answer.status_code, answer.data["code"]) == (410, "bundle_withdrawn")

    def test_the_file_is_deleted_and_that_is_entered(self, world, decided, bundle, settings):
        files = settings.COUNTERSIGN_PLACES.files
        assert len(list(files.rglob("*.zip"))) == 1
        self.erase(world, decided)
        withdraw_bundles()
        bundle.refresh_from_db()
        assert bundle.withdrawn_at is not None
        assert list(files.rglob("*.zip")) == []
        assert not bundle.payloads.exists()
        withdraw_bundles()
        events = [entry.event for entry in entries_about(bundle)]
        assert events[-1] == "governance.evidencebundle.withdrawn"
        assert len(events) == 4

    def test_a_file_without_that_content_stays(self, world, decided, bundle, ask, auditor):
        other = ask("decision", decided.pk, by=may_issue(world.reviewers[1]))
        make_waiting()
        self.erase(world, decided)
        withdraw_bundles()
        other.refresh_from_db()
        assert other.withdrawn_at is None
        page = text_of(browser(auditor).get(f"/evidence/{bundle.pk}/"))
        assert "The file was withdrawn" in page
        assert "Download" not in page


def entries_about(bundle: EvidenceBundle) -> Any:
    return LedgerEntry.objects.filter(subject_id=bundle.pk).order_by("object_seq")


class TestPages:
    def test_a_systems_bundle_is_asked_for_on_the_list(self, world, decided, auditor):
        client = browser(auditor)
        assert "Nobody has asked for evidence." in text_of(client.get("/evidence/"))
        form = {"system": str(world.system.pk), "span": "30", "held": ""}
        answer = client.post("/evidence/", form)
        bundle = EvidenceBundle.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, f"/evidence/{bundle.pk}/")
        assert (bundle.period_end - bundle.period_start).days == 30
        assert "Lending, " in text_of(client.get("/evidence/"))

    def test_a_decision_a_case_and_a_report_lead_to_their_form(self, world, decided, auditor):
        client, case = browser(auditor), decided.cases.get()
        for page, about in (
            (f"/decisions/{decided.pk}/", f"decision/{decided.pk}"),
            (f"/cases/{case.pk}/", f"case/{case.pk}"),
        ):
            assert f"/evidence/ask/{about}/" in text_of(client.get(page))
            assert "/evidence/ask/" not in text_of(browser(world.reviewer).get(page))
            answer = client.post(f"/evidence/ask/{about}/", {"held": ""})
            assert answer.status_code == 302

    def test_a_held_checkpoint_may_be_pasted_with_a_browsers_line_ends(self, decided, auditor):
        note = bytes(seal_once(now=timezone.now()).note).decode()
        pasted = "\r\n" + note.replace("\n", "\r\n").rstrip()
        answer = browser(auditor).post(f"/evidence/ask/decision/{decided.pk}/", {"held": pasted})
        assert answer.status_code == 302
        assert EvidenceBundle.objects.get().held == note

    def test_a_refusal_is_shown_with_its_status(self, decided, auditor):
        answer = browser(auditor).post(f"/evidence/ask/decision/{decided.pk}/", {"held": "x"})
        assert (answer.status_code, "none of this ledger" in text_of(answer)) == (422, True)

    def test_blind_first_is_not_got_round(self, db):
        world = build_world(text=policy_text(reviewer_sees="blind_first"))
        both = make_person(roles=["reviewer", "auditor"])
        join(world.first_line, both)
        case = world.open_case(now=timezone.now())
        client = browser(both)
        assert "/evidence/ask/" not in text_of(client.get(f"/cases/{case.pk}/"))
        answer = client.post(f"/evidence/ask/decision/{case.decision_id}/", {"held": ""})
        assert (answer.status_code, "judgement first" in text_of(answer)) == (409, True)
        assert not EvidenceBundle.objects.exists()

    @pytest.mark.parametrize("place", ["ask/weather", "ask/system"])
    def test_there_is_no_form_for_other_things(self, auditor, place):
        assert browser(auditor).get(f"/evidence/{place}/{uuid4()}/").status_code == 404

    def test_what_one_cannot_see_is_not_found(self, auditor):
        answer = browser(auditor).post(f"/evidence/ask/decision/{uuid4()}/", {"held": ""})
        assert answer.status_code == 404

    def test_the_page_polls_until_it_is_there(self, decided, auditor, ask):
        bundle, client = ask("decision", decided.pk), browser(auditor)
        waiting = text_of(client.get(f"/evidence/{bundle.pk}/"))
        assert f'hx-get="/evidence/{bundle.pk}/state/" hx-trigger="every 2s"' in waiting
        assert "Waits for the seal" in waiting
        make_waiting()
        page = client.get(f"/evidence/{bundle.pk}/state/")
        assert "hx-get" not in text_of(page)
        assert f"{PLACE}/{bundle.pk}/bundle.zip" in text_of(page)
        bundle.refresh_from_db()
        assert bundle.sha256 in text_of(page)
        assert Markup(text_of(page)).forbidden == []

    def test_a_running_one_shows_how_far_it_is(self, decided, auditor, ask):
        bundle = ask("decision", decided.pk)
        BUNDLES.take_up(run_id=bundle.pk, actor=Actor.system("test"), now=timezone.now())
        BUNDLES.note_progress(run_id=bundle.pk, done=3, total=7, step="Gathering the entries")
        page = text_of(browser(auditor).get(f"/evidence/{bundle.pk}/"))
        assert "3 / 7" in page
        assert "Gathering the entries" in page

    def test_a_failed_one_says_why(self, decided, auditor, ask, monkeypatch):
        bundle = ask("decision", decided.pk)
        monkeypatch.setattr(bundle_sealing, "LONGEST_WAIT", timedelta(0))
        run_waiting_bundles()
        assert "has not been sealed" in text_of(browser(auditor).get(f"/evidence/{bundle.pk}/"))

    def test_who_may(self, world, decided, auditor, ask):
        bundle = ask("decision", decided.pk)
        make_waiting()
        for person, lists, sees, asks in (
            (auditor, 200, 200, 200),
            (world.officer, 200, 200, 200),
            (world.owner, 403, 403, 403),
            (world.reviewer, 403, 403, 403),
            (may_issue(make_person()), 200, 404, 200),
        ):
            client = browser(person)
            assert client.get("/evidence/").status_code == lists
            assert client.get(f"/evidence/{bundle.pk}/").status_code == sees
            assert client.get(f"/evidence/ask/decision/{decided.pk}/").status_code == asks
        page = text_of(browser(world.officer).get(f"/evidence/{bundle.pk}/"))
        assert "The file holds what that person may see." in page
        assert 'bundle.zip"' not in page
        answer = Client().get("/evidence/")
        assert (answer.status_code, "next=/evidence/" in answer["Location"]) == (302, True)


class TestCommand:
    @pytest.fixture(autouse=True)
    def sealer(self, monkeypatch):
        """Whoever waits a second finds that the sealer has worked."""
        monkeypatch.setattr(time, "sleep", lambda _: seal_once(now=timezone.now()))

    @pytest.fixture
    def place(self, decided, auditor):
        return ("--about", "decision", "--id", decided.pk, "--for", auditor.username)

    def run(self, *arguments: Any) -> str:
        out = io.StringIO()
        call_command("ledger", "bundle", *map(str, arguments), stdout=out)
        return out.getvalue()

    def test_it_waits_for_the_seal_and_writes_the_bundle(self, place, tmp_path):
        held, out = tmp_path / "held", tmp_path / "bundle.zip"
        held.write_bytes(bytes(seal_once(now=timezone.now()).note))
        said = self.run(*place, "--held", held, "--out", out)
        bundle = EvidenceBundle.objects.get()
        assert f"7 entries, SHA-256 {bundle.sha256}" in said
        assert verify_bundle.verify(str(out), held.read_bytes()).missing == []
        # The operator asked; whose rights count is told beside it.
        assert entries_about(bundle).first().actor == "system:ledger bundle"

    def test_a_systems_period_is_named_by_its_instants(self, world, decided, auditor, tmp_path):
        out, now = tmp_path / "bundle.zip", timezone.now()
        place = ("--about", "system", "--id", world.system.pk, "--for", auditor.username)
        start = (now - timedelta(hours=1)).isoformat()
        self.run(*place, "--from", start, "--to", now.isoformat(), "--out", out)
        assert "About the system" in verify_bundle.verify(str(out)).facts[0]

    def test_what_is_wrong_is_told(self, place, tmp_path):
        whole = dict(zip(place[::2], place[1::2], strict=True)) | {"--out": tmp_path / "b.zip"}
        for changes, says in (
            ({"--for": "nobody"}, "There is no account nobody."),
            ({"--id": str(uuid4())}, "sees nothing of that kind and id"),
            ({"--from": "2026-11-01T00:00:00Z"}, "takes --from and --to"),
            ({"--from": "2026-11-01"}, "does not say in which time zone"),
            ({"--from": "yesterday"}, "is no instant"),
            ({"--held": "/nowhere"}, "cannot be read"),
            ({"--out": "/nowhere/bundle.zip"}, "No such file"),
        ):
            given = whole | changes
            with pytest.raises(CommandError) as fault:
                self.run(*(part for pair in given.items() for part in pair))
            assert says in str(fault.value)

    def test_a_refusal_is_told(self, world, decided, tmp_path):
        place = ("--about", "decision", "--id", decided.pk, "--for", world.owner.username)
        with pytest.raises(CommandError, match="take the right to issue them"):
            self.run(*place, "--out", tmp_path / "bundle.zip")

    def test_a_bundle_that_was_not_made_is_told(self, place, tmp_path, monkeypatch):
        monkeypatch.setattr(bundle_sealing, "LONGEST_WAIT", timedelta(0))
        with pytest.raises(CommandError, match="has not been sealed"):
            self.run(*place, "--out", tmp_path / "bundle.zip")
