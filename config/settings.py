"""Every setting in reading order: each value comes from the environment, each default runs embedded."""

from datetime import timedelta
from pathlib import Path

import environ

from config import env as read
from config.logs import logging_config
from config.version import VERSION

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# -- Where state lives: the SQLite file, uploads, the offline providers' own books.
VAR = Path(env.str("LEADLOOM_VAR", default=str(BASE_DIR / "var")))
(VAR / "static").mkdir(parents=True, exist_ok=True)

# -- Who we are on the net. PUBLIC_URL decides: once it says https, cookies and redirects insist on it.
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = read.secret_key(env, VAR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
SECURE = PUBLIC_URL.startswith("https://") and not DEBUG
ALLOWED_HOSTS = [*read.own_hosts(PUBLIC_URL), *env.list("ALLOWED_HOSTS", default=[])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env.list("CSRF_TRUSTED_ORIGINS", default=[])]

# -- Apps: one staircase, the lowest floor first.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "campaigns.apps.CampaignsConfig",
    "leads.apps.LeadsConfig",
    "outreach.apps.OutreachConfig",
    "conversations.apps.ConversationsConfig",
    "analytics.apps.AnalyticsConfig",
    "config.apps.ConfigConfig",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_celery_beat",
    "channels",
    "corsheaders",
    "csp",
    "anymail",
]
MIDDLEWARE = [
    "config.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.viewer.ViewersTime",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

# -- Database: SQLite (WAL, immediate transactions) unless DATABASE_URL names PostgreSQL.
DATABASES = {"default": read.database(env, VAR)}

# -- Redis: one address turns the in-process cache, broker and channel layer into shared ones.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {"default": read.cache(REDIS_URL)}
CHANNEL_LAYERS = {"default": read.channel_layer(REDIS_URL)}

# -- Work: rows are the queue, Celery only wakes. The beat table is derived from DRAINS in config/celery.py.
EMBEDDED_WORKER = env.bool("LEADLOOM_EMBEDDED_WORKER", default=True)
CELERY_BROKER_URL = env.str("BROKER_URL", default=REDIS_URL or "memory://localhost/")
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {"polling_interval": 0.05}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"
LEASE_SECONDS = env.int(
    "LEASE_SECONDS", default=60
)  # how long a worker may be silent before its rows are free
DRAIN_QUEUES = {"nurture": "send", "send": "send", "settle": "send", "ingest": "ingest", "replies": "ingest"}
DRAIN_QUEUES |= {"optimise": "learn"}

# -- Language, time, files.
LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
PHONE_REGION = env.str("PHONE_REGION", default="GB")  # how a number without its country is read
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": read.static_storage(env)},
}
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "media/"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# -- People sign in with name or address; accounts are made by an admin, never by the public.
AUTH_USER_MODEL = "campaigns.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "config.accounts.ClosedDoor"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "config.accounts.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Leadloom"
MANAGER_BUDGET_LIMIT = env.int("MANAGER_BUDGET_LIMIT", default=10_000)  # a larger budget needs an admin
AUTH_PASSWORD_VALIDATORS = read.password_validators(min_length=12)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"

# -- Transport and browser rules. A proxy in front speaks TLS; uvicorn reads its X-Forwarded-Proto.
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **dict.fromkeys(["default-src", "style-src", "connect-src", "form-action"], ("'self'",)),
        **dict.fromkeys(["object-src", "base-uri", "frame-ancestors"], ("'none'",)),
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
    }
}
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/(api|chat)/"

# -- The door for partner systems.
KNOX_TOKEN_MODEL = "campaigns.AccessToken"  # noqa: S105 - a model's name
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token", "TOKEN_PREFIX": "loom_"}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "campaigns.services.tokens.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["campaigns.services.access.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "campaigns.services.parsing.CappedJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "config.pagination.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_FILTER_BACKENDS": ["campaigns.services.filtering.StrictFilters"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["config.throttling.PerCaller"],
    "DEFAULT_THROTTLE_RATES": read.throttle_rates(env),
    "NUM_PROXIES": env.int("TRUSTED_PROXY_COUNT", default=0),
    "EXCEPTION_HANDLER": "campaigns.services.errors.api_error",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Leadloom",
    "DESCRIPTION": "Campaigns, leads, messages, conversations and what they were worth.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "docExpansion": "none", "filter": True},
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CampaignState": "campaigns.models.CampaignStatus",
        "CampaignKind": "campaigns.models.CampaignType",
        "RunState": "campaigns.models.RunStatus",
        "RecommendationState": "analytics.models.RecommendationStatus",
        "ConversationState": "conversations.models.ConversationStatus",
        "MessageState": "outreach.models.MessageStatus",
        "EnrollmentState": "outreach.models.EnrollmentStatus",
        "ProspectStage": "leads.models.ProspectStage",
        "DealStage": "leads.models.DealStage",
        "TaskState": "leads.models.TaskStatus",
        "ResearchState": "leads.models.ResearchReport.Status",
        "ModelState": "campaigns.models.ModelVersion.Status",
        "RuleKind": "leads.models.RuleKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "campaigns.services.schema.complete",
        "leads.api.document.old_numbers",
    ],
}

# -- Mail and outside services. Without any key the offline providers stand in; pages say «Simulated».
OFFLINE_PROVIDERS = env.bool("OFFLINE_PROVIDERS", default=not read.has_mail_transport(env))
MAIL = read.mail(env, VAR)
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = str(VAR / "mail")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Leadloom <crm@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ANYMAIL = read.anymail(env, SECRET_KEY)
INBOUND_SECRET = env.str("INBOUND_SECRET", default="")  # basic-auth password of the mail door; empty: closed
WEBHOOK_MAX_AGE_SECONDS = env.int("WEBHOOK_MAX_AGE_SECONDS", default=300)  # older signed posts are replays
LLM_KEYS = {  # without any, the offline writer answers
    "cerebras": env.str("CEREBRAS_API_KEY", default=""),
    "openai": env.str("OPENAI_API_KEY", default=""),
}
LLM_CALLS_PER_MINUTE = env.int("LLM_CALLS_PER_MINUTE", default=240)
# -- The web: pages of strangers are visited through one guarded door (campaigns/providers/web.py).
WEB_USER_AGENT = env.str("WEB_USER_AGENT", default=f"Leadloom/{VERSION} (+{PUBLIC_URL})")
WEB_RESPECT_ROBOTS = env.bool("WEB_RESPECT_ROBOTS", default=True)
WEB_ALLOWED_HOSTS = env.list("WEB_ALLOWED_HOSTS", default=[])  # the only hosts (with sub-domains); empty: all
WEB_OWN_NETWORKS = env.list("WEB_OWN_NETWORKS", default=[])  # public networks that are ours, never visited
WEB_PROXY = env.str("WEB_PROXY", default="")  # an outgoing proxy that judges addresses, such as Smokescreen
WEB_SANDBOX = env.dict("WEB_SANDBOX", default={})  # tests only: acme.example=127.0.0.1:8100
WEB_VISITS_PER_MINUTE = env.int("WEB_VISITS_PER_MINUTE", default=30)  # of one host, over all workers
RESEARCH_MAX_AGE_DAYS = env.int("RESEARCH_MAX_AGE_DAYS", default=30)
SILENCED_SYSTEM_CHECKS = [
    "anymail.W003"
]  # SendGrid left anymail's official support; our tests cover what we use

# -- One person, one lead: how sure the matcher must be to merge by itself, and to ask somebody.
IDENTITY_MERGE_AT = env.float("IDENTITY_MERGE_AT", default=0.99)
IDENTITY_REVIEW_AT = env.float("IDENTITY_REVIEW_AT", default=0.90)
IDENTITY_MERGES = env.bool("IDENTITY_MERGES", default=True)  # false: even certain pairs wait for a person
IDENTITY_KEEPS = env.str("IDENTITY_KEEPS", default="oldest")  # which record stays: oldest, newest or fullest

# -- Logs: one line a request, with its id; no addresses, numbers or keys in them.
LOGGING = logging_config(env.str("LOG_FORMAT", default=""), env.str("LOG_LEVEL", default="INFO"))

# -- The seams: what runs when is a list to read, checked at start.
PIPELINES = {
    "prospecting": [
        ("harvest", "leads.services.harvest.stage"),
        ("score", "leads.services.scoring.stage"),
        ("qualify", "leads.services.qualification.stage"),
        ("route", "outreach.services.routing.stage"),
        ("nurture", "outreach.services.nurture.stage"),
    ],
}
PIPELINES["researched"] = [  # the same, with a look at the websites of those who qualified
    *PIPELINES["prospecting"][:3],
    ("research", "leads.services.research.stages.stage"),
    *PIPELINES["prospecting"][3:],
]
DRAINS = {
    "runs": ("campaigns.services.pipeline.drain", 2),
    "schedules": ("campaigns.services.schedules.drain", 30),
    "ledger": ("campaigns.services.ledger.release_expired", 30),
    "alarms": ("campaigns.services.alarms.drain", 30),
    "repeats": ("campaigns.services.idempotency.forget_old", 3600),
    "files": ("leads.services.known.files.drain", 3600),
    "imports": ("leads.services.imports.drain", 2),
    "undo": ("leads.services.transfer.undo.drain", 2),
    "research": ("leads.services.research.work.drain", 2),
    "overrides": ("leads.services.qualifying.expiry.drain", 60),
    "bulk_actions": ("leads.services.grouped.running.drain", 2),
    "orders": ("leads.services.harvesting.drain.drain", 2),
    "submissions": ("leads.services.doors.submissions.drain", 5),
    "match": ("leads.services.identity.working.drain", 5),
    "learn": ("campaigns.services.learning.queue.drain", 15),
    "nurture": ("outreach.services.nurture.drain", 5),
    "send": ("outreach.services.sending.drain", 2),
    "settle": ("outreach.services.settling.drain", 15),
    "ingest": ("outreach.services.inbox.drain", 2),
    "replies": ("conversations.services.inbound.drain", 2),
    "optimise": ("analytics.services.optimizer.drain", 3600),
    "rescore": ("leads.services.rescoring.drain", 5),
}
PREFLIGHT_CHECKS = [
    "campaigns.services.preflight.check_money",
    "campaigns.services.preflight.check_address",
    "outreach.services.preflight.check_sender",
    "outreach.services.preflight.check_sequence",
    "outreach.services.preflight.check_tokens",
]
CAMPAIGN_HOOKS = {
    "deploy": ["outreach.services.defaults.ensure_for_campaign"],
    "stop": ["analytics.services.reports.freeze"],
}
CHANNELS = {"email": "outreach.channels.email.EmailChannel"}
AUDIENCES = [
    "leads.services.harvesting.catalogue.audiences",
    "leads.services.audience.of_segments",
    "leads.services.audience.of_imports",
]
RULE_FIELDS = [  # what rules and segments may ask beside the catalogue; upper floors add theirs
    "leads.services.grouped.offers.extra",
    "outreach.services.rule_fields.fields",
    "conversations.services.rule_fields.fields",
]
#: Two records become one person: tables of which two rows would be one, in this order; the rest just follows.
MERGE_RULES = {
    "leads.Prospect": "leads.services.identity.rules.prospects",
    "leads.Deal": "leads.services.identity.rules.deals",
    "leads.Consent": "leads.services.identity.rules.consents",
    "outreach.Enrollment": "outreach.services.merged.enrollments",
    "conversations.Conversation": "conversations.services.merged.conversations",
}
PERSONAL_FIELDS = [  # where people stand: what a privacy export holds and an erasure empties
    "leads.services.privacy.own.people",
    "leads.services.privacy.own.books",
    "outreach.services.personal.rows",
    "conversations.services.personal.rows",
    "analytics.services.personal.rows",
]
FORGETTERS = [  # what an erasure does outside the database
    "leads.services.privacy.files.forget",
    "outreach.services.personal.forget_letters",
]
LEAD_SOURCES = {
    "directory": "leads.providers.offline.OfflineDirectory",
    "apollo": "leads.services.harvesting.apollo_people.ApolloPeople",
    "outscraper": "leads.services.harvesting.maps.MapPeople",
    "hunter": "leads.services.harvesting.domains.DomainPeople",
    "dropcontact": "leads.services.harvesting.addresses.MissingAddresses",
}
LEAD_SOURCE_NEEDS = {  # what one prospect of a source takes, for the estimate
    "directory": {"outscraper.maps_search": "1", "hunter.email_finding": "1"},
    "apollo": {"apollo.people_match": "1"},
    "outscraper": {"outscraper.maps_search": "1", "hunter.domain_search": "1"},
    "hunter": {"hunter.domain_search": "1"},
    "dropcontact": {"dropcontact.enrichment": "1"},
}
LEAD_PROVIDERS = read.lead_providers(env)  # without a key the offline twin answers
LEAD_TAKE_CATCH_ALL = env.bool("LEAD_TAKE_CATCH_ALL", default=False)  # addresses nobody can check
LEAD_ACTS_MONTHLY_LIMIT = env.int("LEAD_ACTS_MONTHLY_LIMIT", default=100)  # dollars a month outside campaigns
# -- Learning: what is trained from outcomes, and the public lists it is measured on (never in the product).
LEARNERS = {
    "lead_score": "leads.services.learning.training"
}  # each: readiness(), train(version, now), drift(now)
LEARN_DAYS = env.int("LEARN_DAYS", default=60)  # a lead that has not bought by then counts as a no
LEARN_LEFT_OUT = env.list("LEARN_LEFT_OUT", default=[])  # fields never learned from, beside the personal ones
LEARN_TRUSTED = env.list(
    "LEARN_TRUSTED", default=[]
)  # fields vouched for, though filled more often for buyers
LEARN_DATA = env.str("LEARN_DATA", default=str(BASE_DIR.parent / "shared" / "data"))
LEARN_CHECKS = ["leads.services.learning.check.figures", "leads.services.identity.check.figures"]
