"""The delivery process: brings replies to the platforms."""

from prometheus_client import REGISTRY

from apps.process import run_loops
from channels import TokenAges, counted, senders
from conversations import DELIVERIES, Database, Delivery, WorkLoop
from settings import Settings, load


def main(settings: Settings) -> None:
    """Run until told to stop."""
    db = Database(settings.database_url, pool_size=settings.delivery_threads + 2)
    on = senders(settings, db)
    REGISTRY.register(TokenAges(db, on))
    delivery = Delivery(db, counted(on), settings.delivery_lease_s)
    loop = WorkLoop(delivery, settings.database_url, DELIVERIES, settings.delivery_threads)
    run_loops(settings, db, [loop], settings.delivery_port)


if __name__ == "__main__":
    main(load())
