"""Files of messages: whose upload one is and how its owner called it, and the outbox of those that nothing mentions any more."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from conversations.database import Database, run, through_restart
from conversations.ports import Files

log = structlog.get_logger(__name__)


def keep_upload(db: Database, conversation_id: int, url: str, name: str) -> None:
    """A customer's file was stored at `url`; until it is sent only this tells whose it is."""
    params = {"conversation_id": conversation_id, "url": url, "name": name}
    db.execute("keep_upload", params)


def find_uploads(db: Database, conversation_id: int, urls: Collection[str]) -> dict[str, str]:
    """The names, by url, of those among `urls` that were uploaded in this conversation."""
    params = {"conversation_id": conversation_id, "urls": list(urls)}
    return {row.url: row.name for row in through_restart(lambda: db.execute("find_uploads", params))}


def drop_unsent_uploads(db: Database) -> bool:
    """Give up some uploads that were never sent; False when there are no more."""
    return bool(db.execute("drop_unsent_uploads")[0].looked_at)


class FileOutbox:
    """Deletes files that nothing mentions any more."""

    def __init__(self, db: Database, files: Files) -> None:
        self._db = db
        self._files = files

    def work_once(self) -> bool:
        """Delete some; False when none waits."""
        with self._db.transaction() as connection:
            urls = [row.url for row in run(connection, "claim_files")]
            kept = [url for url in urls if not self._is_gone(url)]
            run(connection, "dropped_files", {"urls": [url for url in urls if url not in kept]})
            run(connection, "postpone_files", {"urls": kept})
        return bool(urls)

    def next_in_s(self) -> float | None:
        """Seconds until the next try; None when nothing waits."""
        seconds: float | None = self._db.execute("next_file_at")[0].seconds
        return seconds

    def _is_gone(self, url: str) -> bool:
        try:
            self._files.drop(url)
        except OSError as error:
            log.warning("file not deleted", error=str(error))
            return False
        return True
