"""What the machine lacks: a failure in CI, elsewhere a skip that says what to install."""

import os
from typing import NoReturn

import pytest


def lacking(advice: str) -> NoReturn:
    """Ends the test. `advice` names what is missing and the command that brings it."""
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)
