"""Every setting of the product, typed, read once per process from the environment and `.env`.

Only the app environment (Python 3.11+) reads this file; the engine and the actions get what they need
from the supervisor as plain environment variables of the same names.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """One field per key of `.env.example`; an empty secret means "not set"."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore", frozen=True)

    app_env: Literal["development", "production"] = "development"
    var_dir: Path = ROOT / "var"
    public_url: str = ""
    database_url: str = ""
    log_level: str = "INFO"

    bind_host: str = "127.0.0.1"
    gateway_host: str = "0.0.0.0"  # noqa: S104  the only public door
    gateway_port: int = 8000
    trusted_proxies: int = Field(0, ge=0, le=5)
    staff_port: int = 8001
    care_port: int = 8002
    engine_port: int = 5005
    actions_port: int = 5055
    mail_port: int = 8025
    worker_port: int = 8011
    delivery_port: int = 8012
    jobs_port: int = 8013

    care_api_key: str = ""
    care_confidential_key: str = ""
    engine_token: str = ""
    actions_token: str = ""
    web_secret: str = ""
    open311_api_key: str = ""
    portal_secret: str = ""
    portal_url: str = ""

    zalo_api_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_app_id: str = ""
    zalo_app_secret: str = ""
    zalo_oa_secret_key: str = ""
    zalo_refresh_token: str = ""
    zalo_verifier: str = ""
    zalo_charged_messages: bool = True
    zalo_templates: dict[str, str] = Field(default_factory=dict)
    zalo_request_picture: str = Field("", pattern=r"^(https://.*)?$")
    zalo_answer_anonymous: bool = True
    zalo_per_minute: float = Field(4_000, gt=0)
    zalo_echo_wait_s: float = Field(10.0, ge=0)
    facebook_graph_url: str = "https://graph.facebook.com"
    facebook_graph_version: str = Field("v25.0", pattern=r"^v\d+\.\d+$")
    facebook_app_id: str = Field("", pattern=r"^\d*$")
    facebook_app_secret: str = ""
    facebook_page_token: str = ""
    facebook_verify_token: str = ""
    facebook_human_agent: bool = False
    facebook_per_second: float = Field(300, gt=0)
    facebook_echo_wait_s: float = Field(10.0, ge=0)
    telegram_api_url: str = "https://api.telegram.org"
    telegram_bot_token: str = ""
    telegram_webhook_secret: str = ""
    telegram_polling: bool = False
    telegram_per_second: float = Field(30.0, gt=0)
    telegram_chat_every_s: float = Field(1.0, ge=0)
    telegram_at_once: int = Field(1, ge=1)
    telegram_duty_chat: str = Field("", pattern=r"^(-?\d+)?$")
    alarm_failed_percent: float = Field(20.0, gt=0, le=100)
    alarm_failed_least: int = Field(20, ge=1)
    alarm_failed_window_min: float = Field(10.0, gt=0, le=60)
    alarm_waiting_min: float = Field(30.0, gt=0)
    alarm_token_days: float = Field(14.0, ge=0)
    alarm_silent_hours: float = Field(6.0, gt=0)
    staff_hold_hours: float = Field(2.0, gt=0, le=168)
    channel_accounts: Path | None = None
    web_allowed_origins: list[str] = Field(default_factory=list)

    incident_customers: int = Field(3, ge=1)
    incident_stations: int = Field(3, ge=2)
    incident_window_min: float = Field(15, gt=0)

    care_processes: int = Field(1, ge=1, le=32)
    worker_threads: int = 16
    delivery_threads: int = 8
    turn_lease_s: float = 15.0
    turn_retry_pauses_s: list[float] = Field(default_factory=lambda: [0.5, 2, 8, 30])
    engine_timeout_s: float = 80.0
    delivery_lease_s: float = 20.0

    mail_address: str = "cskh@example.vn"
    mail_lmtp: bool = False
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: str = ""
    imap_folder: str = "INBOX"
    imap_tls: bool = True
    imap_every_s: float = 60.0

    s3_url: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_region: str = "us-east-1"
    billing_url: str = ""
    billing_token: str = ""
    billing_timeout_s: float = Field(3.0, gt=0)
    sms_url: str = ""
    sms_key: str = ""

    @property
    def console(self) -> Path:
        """Lines that `make run` shows in demonstration: one-time codes."""
        return self.var_dir / "console"

    @property
    def gateway_url(self) -> str:
        """The gateway's address as the world sees it, without a trailing slash."""
        return (self.public_url or f"http://127.0.0.1:{self.gateway_port}").rstrip("/")


@cache
def load() -> Settings:
    """The process's settings; raises pydantic's ValidationError naming the key at fault."""
    return Settings()
