"""What a test needs from the machine: a skip that says what is missing, and a failure where CI promises to have it."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
CORPUS = PROJECT.parent / "shared" / "corpus"


def need(present: bool, missing: str) -> None:
    """Skip the test, naming what is missing; under CI=true fail instead, since CI promises to have it all."""
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have it: {missing}")
    pytest.skip(missing)


def need_corpus() -> Path:
    """The folder of captures made by others; a skip, everywhere, where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"NOT CHECKED against other people's captures: no folder {CORPUS.name} beside the project")
    return CORPUS
