"""`manage.py check_schema`: the committed OpenAPI file says what the code does."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from config.env import PROJECT_DIR

COMMITTED = PROJECT_DIR / "docs" / "openapi.yaml"


class Command(BaseCommand):
    """Compares the API's schema with the committed file, or writes that file anew."""

    help = "Compare docs/openapi.yaml with the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write the file anew")

    def handle(self, *args: Any, **options: Any) -> None:
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        text = OpenApiYamlRenderer().render(schema, renderer_context={})  # type: ignore[no-untyped-call]
        if GENERATOR_STATS:
            GENERATOR_STATS.emit_summary()
            raise CommandError("drf-spectacular had to guess; see the lines above.")
        if options["write"]:
            COMMITTED.write_bytes(text)
        elif not _is(COMMITTED, text):
            raise CommandError(
                f"{COMMITTED.relative_to(PROJECT_DIR)} is not what the code does. "
                "Write it anew with: python3 run.py manage check_schema --write"
            )


def _is(path: Path, text: bytes) -> bool:
    return path.exists() and path.read_bytes() == text
