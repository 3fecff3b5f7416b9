"""People with an account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.models.base import Recording, history
from governance.models.permissions import grants, permissions_of


class UserManager(DjangoUserManager["User"]):
    def create_account(self, username: str, password: str | None = None, **fields: Any) -> User:
        """An unsaved account with a hashed password; the verb saves it with its actor."""
        user = User(username=User.normalize_username(username), **fields)
        user.set_password(password)
        return user


class User(Recording, AbstractBaseUser):
    """A person. What they may do comes from their role assignments alone: no superuser."""

    decides_who_may_rule = True

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    display_name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    password_mark = models.CharField(
        max_length=64,
        editable=False,
        help_text="SHA-256 of the salted password hash: a hash put in past the ledger shows",
    )
    pseudonym = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="random handle under which the ledger knows this person",
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_simulated = models.BooleanField(
        _("simulated"),
        default=False,
        help_text="an invented person of the demo, marked as such wherever they appear",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Sign-ins are ledger entries; a column that each sign-in rewrites would only fill the history.
    last_login = None

    objects: ClassVar[UserManager] = UserManager()
    # The password hash stays out of the history, which is kept for ever and widely read.
    history = history(excluded=["password"])

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_whatever_its_case"),
            models.CheckConstraint(
                name="password_has_its_mark",
                condition=Q(
                    password_mark=Func(
                        Func("password", models.Value("UTF8"), function="convert_to"),
                        template="encode(sha256(%(expressions)s), 'hex')",
                        output_field=models.CharField(),
                    )
                ),
            ),
        ]
        permissions = [("use_admin", "Can open the administration")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.password_mark = sha256(self.password.encode()).hexdigest()
        fields = kwargs.get("update_fields")
        if fields is not None and "password" in fields:
            kwargs["update_fields"] = [*fields, "password_mark"]
        super().save(*args, **kwargs)

    def check_password(self, raw_password: str) -> bool:
        """Whether it is the password. Django would also renew an old hash here; that is a change
        of the account, so the sign-in does it by a verb (`governance.roles`)."""
        return check_password(raw_password, self.password)

    def __str__(self) -> str:
        return f"{self.display_name} (simulated)" if self.is_simulated else self.display_name

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.display_name

    @cached_property
    def permissions(self) -> frozenset[str]:
        """The permission patterns of the roles that are in force now; read once per object."""
        return permissions_of(self)

    @property
    def is_staff(self) -> bool:
        return self.has_perm("governance.use_admin")

    @property
    def is_superuser(self) -> bool:
        """Nobody is above the rights; third-party code that asks gets the honest answer."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and grants(self.permissions, perm)

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        prefix = f"{app_label}."
        return self.is_active and any(
            pattern.startswith((prefix, "*.")) for pattern in self.permissions
        )
