"""What an operator decides about Zalo where the platform costs money or is not documented for certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from settings import Settings

FREE = timedelta(hours=48)
WINDOW = timedelta(days=7)  # charged after the first 48 hours


@dataclass(frozen=True)
class ZaloRules:
    """`charged`: messages that cost money may leave. `templates`: the ids of paid templates by kind of news. `picture`: on the
    card that asks for the phone. `answers_anonymous`: people without a Zalo account are served like others."""

    charged: bool = True
    templates: Mapping[str, str] = field(default_factory=dict)
    picture: str = ""
    answers_anonymous: bool = True

    @property
    def window(self) -> timedelta:
        """How long after a customer's deed a message may leave."""
        return WINDOW if self.charged else FREE


RULES = ZaloRules()


def rules_of(settings: Settings) -> ZaloRules:
    """What the settings say."""
    return ZaloRules(
        charged=settings.zalo_charged_messages,
        templates=settings.zalo_templates,
        picture=settings.zalo_request_picture,
        answers_anonymous=settings.zalo_answer_anonymous,
    )
