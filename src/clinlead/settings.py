"""Django's settings, from the typed configuration."""

from pathlib import Path

import dj_database_url

from clinlead.configuration import configuration

CONFIGURATION = configuration()
HERE = Path(__file__).resolve().parent

SECRET_KEY = CONFIGURATION.key("django")
DEBUG = False
ALLOWED_HOSTS = CONFIGURATION.allowed_hosts
ROOT_URLCONF = "clinlead.urls"
WSGI_APPLICATION = "clinlead.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Account"
SITE_ID = 1

# The rooms, from the floor up. Imports point down this list and never up (.importlinter).
ROOMS = [
    "clinlead.history",
    "clinlead.organisation",
    "clinlead.access",
    "clinlead.background",
    "clinlead.notices",
    "clinlead.measures",
    "clinlead.strategy",
    "clinlead.recognition",
    "clinlead.dataprotection",
    "clinlead.intake",
    "clinlead.figures",
    "clinlead.casemix",
    "clinlead.validation",
    "clinlead.jobplans",
    "clinlead.safety",
    "clinlead.releases",
    "clinlead.improvement",
    "clinlead.conversations",
    "clinlead.governance",
    "clinlead.concerns",
    "clinlead.feedback",
    "clinlead.reviews",
    "clinlead.workstreams",
    "clinlead.evaluation",
    "clinlead.coding",
    "clinlead.learning",
    "clinlead.framework",
    "clinlead.pages",
    "clinlead.api",
    "clinlead.packs",
    "clinlead.upkeep",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    *ROOMS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinlead.pages.security.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinlead.access.sessions.SessionEndMiddleware",
    "clinlead.access.middleware.SignInRequiredMiddleware",
    "clinlead.access.middleware.ReaderMiddleware",
    "clinlead.access.sessions.SecondFactorMiddleware",
    "clinlead.access.middleware.RefusalMiddleware",
    "clinlead.demo.guiding.TourMiddleware",
]

_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / room.split(".")[1] / "templates" for room in ROOMS],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "clinlead.pages.environment.environment",
            "context_processors": [
                *_PROCESSORS,
                "clinlead.pages.context.every_page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _PROCESSORS},
    },
]

if CONFIGURATION.database_url:
    DATABASES = {"default": dj_database_url.parse(CONFIGURATION.database_url, conn_max_age=60)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(CONFIGURATION.data_dir / "clinlead.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,  # a correction holds the lock while its months are computed again
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = [
    "clinlead.access.adapters.AccountBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "clinlead.access.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
# A whole hospital may share one address: tries are counted per address generously, and failures
# per account strictly.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "60/m/ip,5/300s/key"}
ACCOUNT_CHANGE_EMAIL = False
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIGURATION.trusted_proxies
MFA_ADAPTER = "clinlead.access.adapters.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1  # one step of clock drift
SECOND_FACTOR = CONFIGURATION.second_factor and not CONFIGURATION.demonstration
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_AGE = CONFIGURATION.session_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_LONGEST_SECONDS = CONFIGURATION.session_hours * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = (
    CONFIGURATION.secure_cookies and not CONFIGURATION.demonstration
)
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "clinlead.pages.views.errors.form_expired"
if SESSION_COOKIE_SECURE:  # behind a proxy that ends TLS and says so
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# Throttling counts failures across all worker processes, so the cache is in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinlead_cache",
    }
}

EMAIL_BACKEND = {
    "none": "django.core.mail.backends.dummy.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
}[CONFIGURATION.email]
EMAIL_FILE_PATH = str(CONFIGURATION.data_dir / "sent-mail")
EMAIL_HOST, EMAIL_PORT = CONFIGURATION.email_host, CONFIGURATION.email_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = CONFIGURATION.email_user, CONFIGURATION.email_password
EMAIL_USE_TLS = CONFIGURATION.email_tls
EMAIL_TIMEOUT = 30  # seconds that one message may hold up the others

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIGURATION.timezone
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400  # addresses carry the version

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "clinlead.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}

# What computes again after a load or withdrawal: callables (at, progress, cause, cause_id), named
# here because the intake room stands below those that compute.
AFTER_LOADS: list[str] = ["clinlead.figures.actions.after_load"]

# Who does which kind of background work: callables (key, at, progress) → a sentence, named here
# because the background room stands below those that work.
BACKGROUND_WORK: dict[str, str] = {
    "calendar": "clinlead.releases.tick.keep_calendar",
    "packs": "clinlead.packs.making.make_packs",
    "figures": "clinlead.figures.merging.compute_again",
    "e-mail": "clinlead.notices.sending.send_waiting",
    "case mix": "clinlead.casemix.working.fit_asked",
    "case mix figures": "clinlead.casemix.working.compute_beside",
    "erasure": "clinlead.intake.erasing_job.erase",
    "safety": "clinlead.safety.escalating.see_to_it",
    "safety e-mail": "clinlead.notices.sending.send_urgent",
}
# What rooms above the releases do when the calendar is kept: callables (at) → a few words on what
# was done; doing it again on the same day changes nothing.
ON_CALENDAR: list[str] = [
    "clinlead.governance.calendar.after_releases",
    "clinlead.evaluation.inviting.remind_evaluators",
    "clinlead.intake.erasing_job.ask",
]
# What goes on while background work is paused: nothing delays what is about safety.
NEVER_PAUSED = ["safety", "safety e-mail"]

# What erases what is one person's alone when they ask for it: callables (account, at) -> what and
# how many, of rooms that stand above the data protection officer's.
ON_ERASURE: list[str] = [
    "clinlead.notices.actions.erase_notices",
    "clinlead.releases.erasing.erase_unfinished",
    "clinlead.packs.planning.erase_plans",
]
# What is told when a department lets somebody outside it see its figures: callables (grant, at).
AFTER_GRANTS: list[str] = ["clinlead.dataprotection.actions.after_grant"]

# Who else is asked before a measure is linked to an outcome: callables (departments, measure) that
# answer with a refusal or None, of rooms that stand above the strategy.
BEFORE_LINKS: list[str] = ["clinlead.workstreams.limits.why_not_link"]

# What is told after departments merged: callables (department, parts, at), of rooms that keep
# something of each department.
AFTER_MERGERS: list[str] = [
    "clinlead.measures.merging.after_merger",
    "clinlead.notices.merging.after_merger",
    "clinlead.figures.merging.after_merger",
    "clinlead.conversations.merging.after_merger",
    "clinlead.concerns.merging.after_merger",
    "clinlead.feedback.merging.after_merger",
    "clinlead.reviews.merging.after_merger",
]

# What is told after figures were computed again: callables (at, generation, dataset, keys), named
# here because the figures room stands below those that watch. Without keys: everything.
AFTER_FIGURES: list[str] = [
    "clinlead.casemix.pooling.after_figures",
    "clinlead.safety.actions.after_figures",
]

# Who keeps case-mix models: those in force with the data set that each scores; records' risks by
# one of them (model, data set -> files) as a table; the frozen versions in force of some, and risks
# by such a version, for releases. Named here because those rooms stand below.
CASE_MIX: dict[str, str] = {
    "in_force": "clinlead.casemix.queries.in_force_records",
    "score": "clinlead.casemix.scoring.risks_of",
    "versions": "clinlead.casemix.queries.versions_in_force",
    "score_by": "clinlead.casemix.scoring.risks_by",
}

# What is told after another version of a case-mix model took force: callables (at), of rooms that
# stand above and watch by its risks.
AFTER_MODELS: list[str] = ["clinlead.safety.actions.watch_all"]

# What rooms above the releases can tell of dated changes of a service, as evidence beside a figure:
# callables (releases.evidence.Examined) -> sentences.
CHANGES_KNOWN: list[str] = ["clinlead.improvement.telling.changes"]

# Who is asked before an act whether the right to it waits on something: callables (right,
# account's number) -> a refusal or None, of rooms that stand above those that act.
BEFORE_ACTS: list[str] = ["clinlead.learning.waiting.why_not_act"]

# What is told that a clinician opened a release with figures of their own: callables (release's
# number, person's number, at).
OWN_RELEASE_SEEN: list[str] = ["clinlead.framework.looking.seen"]

# What other rooms add to the framework's own measures: callables () -> framework.counting.Section.
FRAMEWORK_COUNTS: list[str] = []

# What rooms forget of somebody who takes consent back: callables (participant) → None.
ON_WITHDRAWAL: list[str] = ["clinlead.coding.withdrawing.forget"]

# What a room above the pages knows of one's own goal for a measure: a callable (person, definition)
# -> words, or nothing.
OWN_GOAL = "clinlead.packs.goals.own_goal"

# The way to talk something through, beside a released figure or a safety signal: a callable
# (figure or signal, reader) -> a way, or nothing, of a room that stands above both.
TALK_ABOUT = "clinlead.conversations.ways.way_to_talk"

# The guided tours that the demonstration's opening page offers: a callable () -> login -> tours.
TOURS_OFFERED = "clinlead.demo.guiding.offered"

# How hard it is to try passphrases of a study: scrypt's cost, as a power of two (128 MiB at 17).
STUDY_KEY_COST_BITS = 17

# Loads confirmed on a page run in a process of their own; tests run them in theirs.
LOADS_RUN_APART = True
COMPUTING_RUNS_APART = True  # a new version of a measure, in a process of its own
