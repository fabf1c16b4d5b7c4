"""Hypothesis profiles: `make campaign` asks for the long one through HYPOTHESIS_PROFILE."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("plain", deadline=None)  # a busy machine is no reason to fail
settings.register_profile(
    "campaign",
    max_examples=50_000,
    deadline=None,
    database=None,  # a campaign starts afresh, and its examples would fill the disk
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "plain"))
