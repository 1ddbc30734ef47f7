"""The jobs process: what happens by the clock rather than by a request: call-back tickets, the outages' life, news, duty."""

from collections.abc import Callable

from apps.care_callbacks import CareCallBacks
from apps.care_room import care_room, file_store
from apps.deletions import Deletions
from apps.duty import duty_listeners, duty_loops
from apps.mail import mail_door, mail_loops
from apps.process import run_loops
from apps.timers import TIMERS, Timer
from care import NOTICES, Care, NoticeArrivals, NoticeOutbox, advance_outages, escalate, forget_codes
from care.flood import forget_old_knocks
from care.idempotency import forget_old_calls
from care.mail.incoming import forget_letters
from care.mail.outgoing import queue_mail
from care.portal.telling import Portal, PortalTeller
from care.privacy.log import forget_accesses
from channels import accounts, facebook_other_ids, media_store
from conversations import (
    CALLBACKS,
    DELETIONS,
    FILES,
    CallBackOutbox,
    Database,
    FileOutbox,
    WorkLoop,
    drop_unsent_uploads,
    forget_tallies,
)
from settings import Settings, load

OUTAGES_EVERY_S = 30.0
ARRIVALS_EVERY_S = 30.0
ESCALATION_EVERY_S = 60.0
CLEANING_EVERY_S = 3600.0


def main(settings: Settings) -> None:
    """Run until told to stop."""
    db = Database(settings.database_url, pool_size=4)
    tickets = CareCallBacks(f"http://127.0.0.1:{settings.care_port}", settings.care_api_key)
    care = care_room(settings)
    paid = frozenset(("zalo", kind) for kind in settings.zalo_templates)
    arrived = Timer(lambda: NoticeArrivals(care, queue_mail).look(), ARRIVALS_EVERY_S)
    outages = Timer(lambda: advance_outages(care), OUTAGES_EVERY_S)
    tickets_due = Timer(lambda: _all_of(lambda: escalate(care)), ESCALATION_EVERY_S)
    cleaning = Timer(lambda: _clean(care, db), CLEANING_EVERY_S)
    loops = [
        WorkLoop(CallBackOutbox(db, tickets), settings.database_url, CALLBACKS, threads=2),
        WorkLoop(FileOutbox(db, media_store(settings)), settings.database_url, FILES, threads=1),
        WorkLoop(NoticeOutbox(care, queue_mail, paid), settings.database_url, NOTICES, threads=1),
        WorkLoop(arrived, settings.database_url, TIMERS, threads=1),
        WorkLoop(outages, settings.database_url, TIMERS, threads=1),
        WorkLoop(cleaning, settings.database_url, TIMERS, threads=1),
        WorkLoop(tickets_due, settings.database_url, TIMERS, threads=1),
    ]
    loops += mail_loops(settings, care)
    loops.append(WorkLoop(_deletions(settings, db, care), settings.database_url, DELETIONS, threads=1))
    loops += _telegram_loops(settings, db, care)
    if settings.portal_url and settings.portal_secret:
        teller = PortalTeller(care, Portal(settings.portal_url, settings.portal_secret))
        loops.append(WorkLoop(teller, settings.database_url, TIMERS, threads=1))
    door = mail_door(settings, care)
    door.start()
    try:
        run_loops(settings, db, loops, settings.jobs_port)
    finally:
        door.stop()


def _deletions(settings: Settings, db: Database, care: Care) -> Deletions:
    pages = accounts(settings).facebook
    known_as = facebook_other_ids(pages, settings.facebook_graph_url, settings.facebook_graph_version)
    return Deletions(db, care, file_store(settings), media_store(settings), {"facebook": known_as})


def _telegram_loops(settings: Settings, db: Database, care: Care) -> list[WorkLoop]:
    if not (settings.telegram_duty_chat or settings.telegram_polling):
        return []
    from channels.telegram_work import duty_chat, pollings  # 30 MB that only these need

    asking = pollings(settings, db, duty_listeners(settings, care))
    loops = [WorkLoop(each, settings.database_url, TIMERS, threads=1) for each in asking]
    return loops + duty_loops(settings, db, care, duty_chat(settings, db))


def _clean(care: Care, db: Database) -> None:
    """Drop what has been kept long enough."""
    forget_codes(care)
    _all_of(lambda: drop_unsent_uploads(db))
    _all_of(lambda: forget_letters(care))
    forget_accesses(care)
    forget_old_knocks(care)
    _all_of(lambda: forget_old_calls(care))
    forget_tallies(db)


def _all_of(batch: Callable[[], object]) -> None:
    """Batch after batch until nothing is left to do."""
    while batch():
        pass


if __name__ == "__main__":
    main(load())
