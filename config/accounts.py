"""How people come in: no public sign-up, and second factors that a stolen database does not give away."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an admin; the sign-up page says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no to everyone."""
        return False


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """Keep TOTP keys and recovery seeds encrypted with a key made from ``SECRET_KEY``."""

    def encrypt(self, text: str) -> str:
        """Seal ``text`` with the present key."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what the present key, or one of the earlier ones, has sealed."""
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"mfa {secret}".encode()).digest()))
