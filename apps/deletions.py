"""Wishes to be forgotten that a platform passed on, worked off: talks, tickets that are over, files, the engine's memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import structlog

from care import Care
from care.attachments.store import Store
from care.errors import CareError
from care.privacy.erasing import erase
from care.privacy.log import note_access
from care.privacy.shapes import PersonAsked
from channels import MediaStore
from conversations import (
    Database,
    DatabaseAway,
    RateLimited,
    Retry,
    WantedDeletion,
    claim_deletion,
    conversations_of,
    finish_deletion,
    forget_person,
    next_deletion_in_s,
    postpone_deletion,
)

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 3_600.0
BY = "data deletion call-back"
# Other ids of the person on the same platform, by account; raises Retry or RateLimited.
OtherIds = Callable[[Sequence[str], str], Sequence[str]]


class Deletions:
    """Work for a loop; each wish is done whole, or again from its start: everything in it may be done twice."""

    def __init__(
        self, db: Database, care: Care, files: Store, media: MediaStore, other_ids: Mapping[str, OtherIds]
    ) -> None:
        self._db, self._care, self._files, self._media, self._other_ids = db, care, files, media, other_ids

    def work_once(self) -> bool:
        """Do one wish; False when none is due."""
        wanted = claim_deletion(self._db)
        if wanted is None:
            return False
        try:
            found = self._delete(wanted)
        except (Retry, RateLimited, CareError, DatabaseAway) as error:
            log.warning("deletion to be tried again", code=wanted.code, error=type(error).__name__)
            postpone_deletion(self._db, wanted.code, min(30.0 * 2 ** min(wanted.attempts, 10), LONGEST_PAUSE_S))
            return True
        finish_deletion(self._db, wanted.code, found)
        log.info("deleted a person's data", code=wanted.code, **found)
        return True

    def next_in_s(self) -> float | None:
        """Seconds until a wish is due; None when none waits."""
        return next_deletion_in_s(self._db)

    def _delete(self, wanted: WantedDeletion) -> dict[str, int]:
        people = [wanted.person]
        look_up = self._other_ids.get(wanted.channel)
        if look_up is not None:
            people += look_up(wanted.accounts, wanted.person)
        found: Counter[str] = Counter()
        for conversation_id in conversations_of(self._db, wanted.channel, wanted.accounts, people):
            found += self._delete_one(conversation_id)
        return dict(found)

    def _delete_one(self, conversation_id: int) -> Counter[str]:
        whose = PersonAsked(conversation_id=str(conversation_id), by=BY)
        note_access(self._care, BY, "privacy erase", [whose.words], None)
        erased = erase(self._care, self._files, whose)
        with self._db.transaction() as connection:
            forgotten = forget_person(connection, conversation_id)
            connection.exec_driver_sql(
                "DELETE FROM engine.tracker WHERE conversation_id = %(id)s", {"id": str(conversation_id)}
            )
        self._media.remove(forgotten.attachments)
        return Counter(
            conversations=1,
            messages=forgotten.messages,
            tickets=erased.tickets,
            files=erased.files,
            notices=erased.notices,
            kept=len(erased.kept),
        )
