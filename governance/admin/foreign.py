"""Takes away what other packages put into the administration.

Groups grant nothing here, nobody confirms e-mail addresses, and the rows of the second factor
hold sealed secrets.
"""

from importlib import import_module

from django.apps import apps
from django.contrib import admin

# Their modules first, so that what they register is there to be taken away.
for name in ("django.contrib.auth.admin", "allauth.account.admin", "allauth.mfa.admin"):
    import_module(name)

admin.site.unregister(
    [apps.get_model(label) for label in ("auth.Group", "account.EmailAddress", "mfa.Authenticator")]
)
