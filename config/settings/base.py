"""What is the same everywhere. Nothing here depends on the environment."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "governance",
    "models_registry",
    "reviews",
    "config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "simple_history",
    "csp",
]

MIDDLEWARE = [
    # First, so that a probe needs neither host name, session nor database.
    "config.health.HealthMiddleware",
    # Before all that logs or refuses, so that each line and each problem carries the request's id.
    "governance.middleware.RequestIDMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Outside of those that look at the session and the language.
    "governance.middleware.SharedCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # After authentication: it names who acts.
    "governance.middleware.ActorMiddleware",
    "governance.middleware.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.pages.frame.frame",
            ],
        },
    },
]

# Who may do what.
AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = ["governance.roles.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# Signing in by user name and password, with a second factor where the person has set one up.
# Nobody signs up by themselves, and nobody confirms an address by mail.
ACCOUNT_ADAPTER = "governance.pages.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Tries from one address, and for one name: in a minute, and in five.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
MFA_ADAPTER = "governance.pages.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Countersign"
MFA_ALLOW_UNVERIFIED_EMAIL = True

# One policy for every page: no script, style or frame but our own files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# All instants are UTC; a page shows them in the viewer's zone.
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# Strings are marked for translation; a language is offered once its catalogue is whole.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"

# The history shows who changed what; nothing may be turned back or edited through it.
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_ID_USE_UUID = True

# Beyond these the ledger raises an alarm: an entry waits for its seal, the sealer gives no sign of
# life, a trusted witness has not cosigned what there is to cosign.
COUNTERSIGN_LAG_LIMIT = timedelta(seconds=60)
COUNTERSIGN_SEALER_SILENCE_LIMIT = timedelta(seconds=30)
COUNTERSIGN_WITNESS_SILENCE_LIMIT = timedelta(hours=24)
# A rung that is due, or a claim that ran out, which no sweep has acted on for this long, is late.
COUNTERSIGN_SWEEP_LIMIT = timedelta(seconds=120)
# An ordered undoing that the caller has not confirmed for this long raises an alarm.
COUNTERSIGN_REVERSAL_SILENCE_LIMIT = timedelta(days=7)
# What was sent, given up, or still waits for a destination that is held, goes after this.
COUNTERSIGN_DELIVERIES_KEPT_FOR = timedelta(days=30)
# An endpoint of webhooks that has taken nothing for this long is given up.
COUNTERSIGN_WEBHOOK_FAILING_LIMIT = timedelta(hours=24)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "governance.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["governance.api.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.api.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "DESCRIPTION": "Human oversight for AI decisions: policy, review, permit, and the record.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "governance.api.schema.describe_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CaseState": "reviews.models.Case.State",
        "CaseKind": "reviews.models.Case.Kind",
        "VerdictKind": "reviews.models.VerdictKind",
        "ExecutionKind": "reviews.models.Execution.Kind",
        "ReportKind": "governance.models.ReportKind",
        "RunState": "governance.models.Run.State",
        "BundleAbout": "governance.models.EvidenceBundle.About",
        "MotionState": "governance.models.Motion.State",
        "PauseReason": "reviews.models.Pause.Reason",
        "RecusalReason": "reviews.models.Recusal.Reason",
        "Vote": "governance.models.MotionBallot.Choice",
        "SystemStatus": "models_registry.models.AISystem.Status",
        "WebhookState": "governance.models.WebhookEndpoint.State",
        "DeliveryState": "governance.models.Delivery.State",
        "VersionStatus": "models_registry.models.ModelVersion.Status",
    },
}
