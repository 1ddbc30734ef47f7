"""A consent of an official account's administrator, by OAuth with PKCE: the link to open, and what comes back. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

# Zalo wants a verifier of 43 characters.
VERIFIER_BYTES, STATE_BYTES = 32, 12


class NoCode(Exception):
    """What was pasted holds no code of this consent; the message is `missing` or `foreign`."""


@dataclass(frozen=True)
class Consent:
    """One that is asked for now; `verifier` proves later that the code was asked for by us."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(VERIFIER_BYTES))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(STATE_BYTES))

    def link(self, oauth_url: str, app_id: str, back_to: str) -> str:
        """The page to open in a browser; afterwards Zalo sends the browser to `back_to`."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "app_id": app_id,
            "redirect_uri": back_to,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "state": self.state,
        }
        return f"{oauth_url.rstrip('/')}/v4/oa/permission?{urlencode(asked)}"

    def code(self, pasted: str) -> str:
        """The code in what the operator pasted: the address the browser ended at, or the bare code; raises NoCode."""
        pasted = pasted.strip()
        if "=" not in pasted:
            if not pasted or not pasted.isascii() or any(sign.isspace() for sign in pasted):
                raise NoCode("missing")
            return pasted
        told = parse_qs(urlsplit(pasted).query or pasted.lstrip("?"))
        state, code = told.get("state", [""])[0], told.get("code", [""])[0]
        if state and not hmac.compare_digest(state.encode(), self.state.encode()):
            raise NoCode("foreign")
        if not code:
            raise NoCode("missing")
        return code
