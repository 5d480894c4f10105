"""Django's settings."""

from .models import DATABASE

ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}}
ROOT_URLCONF = "beside.django_ninja_app"
