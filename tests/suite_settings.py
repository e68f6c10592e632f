"""The settings of the suite, with a data directory of its own, made before Django loads.

pytest-django reads the settings before any conftest.py, so what they depend on is settled here.
"""

import os
import tempfile

os.environ["CLINLEAD_DATA_DIR"] = tempfile.mkdtemp(prefix="clinlead-test-")
os.environ["CLINLEAD_SECURE_COOKIES"] = "false"
# Tests sign in without a second factor; test_second_factor asks for it.
os.environ["CLINLEAD_SECOND_FACTOR"] = "false"
# Commands that a test starts in a process of their own load the application's settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"

from clinlead.settings import *  # noqa: F403

COMPUTING_RUNS_APART = False
SECRET_KEY = "of every process of the suite: a session of a kept world is good in each"
STUDY_KEY_COST_BITS = 4  # passphrases of tests are guessed by nobody
# Every test's client starts the middleware anew: files are looked up when asked for, not listed at
# each start. It took a quarter of the suite's time.
WHITENOISE_AUTOREFRESH = True
