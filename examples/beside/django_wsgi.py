"""Serves the program with Django Ninja."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beside.django_settings")
app = get_wsgi_application()
