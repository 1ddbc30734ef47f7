"""The worker process: answers customers' messages through the engine."""

from apps.engine_client import RasaEngine
from apps.process import run_loops
from channels import media_store
from conversations import TURNS, Database, Policy, Turns, WorkLoop
from settings import Settings, load


def main(settings: Settings) -> None:
    """Run until told to stop."""
    db = Database(settings.database_url, pool_size=settings.worker_threads + 2)
    engine_url = f"http://127.0.0.1:{settings.engine_port}"
    media = media_store(settings)
    engine = RasaEngine(engine_url, settings.engine_token, settings.engine_timeout_s, media.picture, media.shown)
    turns = Turns(db, engine, Policy(settings.turn_lease_s, settings.turn_retry_pauses_s, settings.turn_fold_from))
    loop = WorkLoop(turns, settings.database_url, TURNS, settings.worker_threads)
    run_loops(settings, db, [loop], settings.worker_port)
    turns.close()


if __name__ == "__main__":
    main(load())
