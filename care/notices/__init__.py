"""Notices: news that a customer did not ask for in this moment, told once."""

from care.notices.handing import Mailer, NoticeArrivals, NoticeOutbox
from care.notices.queue import NOTICES, Notice, queue_notice, queue_notices
from care.notices.tables import NoticeRow

__all__ = [
    "NOTICES",
    "Mailer",
    "Notice",
    "NoticeArrivals",
    "NoticeOutbox",
    "NoticeRow",
    "queue_notice",
    "queue_notices",
]
