"""The spine's CallBacks port, filled by the care backend's API."""

from __future__ import annotations

import requests

from conversations import CallBack, CallBackFailed


class CareCallBacks:
    """Files `CALLBACK` tickets at the care API at `url`."""

    def __init__(self, url: str, key: str) -> None:
        self._url = f"{url}/api/v1/tickets"
        self._key = key

    def file(self, wanted: CallBack) -> str:
        """The ticket's code; the same call-back again gives the same ticket."""
        body = {
            "service": "CALLBACK",
            "channel": wanted.channel,
            "conversation_id": str(wanted.conversation_id),
            "phone": wanted.phone,
            "description": f"handover: {wanted.reason}",
        }
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": f"callback:{wanted.id}"}
        try:
            response = requests.post(self._url, json=body, headers=headers, timeout=(2, 10))
            response.raise_for_status()
            code: str = response.json()["code"]
        except (requests.RequestException, KeyError, TypeError) as error:
            raise CallBackFailed(f"care: {type(error).__name__}") from error
        return code
