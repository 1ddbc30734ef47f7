"""The delivery process: brings replies to the platforms."""

from apps.process import run_loops
from channels import counted, senders
from conversations import DELIVERIES, Database, Delivery, WorkLoop
from settings import Settings, load


def main(settings: Settings) -> None:
    """Run until told to stop."""
    db = Database(settings.database_url, pool_size=settings.delivery_threads + 2)
    delivery = made(settings, db)
    loop = WorkLoop(delivery, settings.database_url, DELIVERIES, settings.delivery_threads)
    run_loops(settings, db, [loop], settings.delivery_port)
    delivery.close()


def made(settings: Settings, db: Database) -> Delivery:
    """Delivery through every account that is on. One account leaves threads to the others, however slow its platform is."""
    most = max(settings.delivery_threads - 2, 1)
    return Delivery(
        db,
        counted(senders(settings, db)),
        settings.delivery_lease_s,
        echo_wait_s={"zalo": settings.zalo_echo_wait_s, "facebook": settings.facebook_echo_wait_s},
        at_once={"zalo": most, "facebook": most, "telegram": min(settings.telegram_at_once, most)},
    )


if __name__ == "__main__":
    main(load())
