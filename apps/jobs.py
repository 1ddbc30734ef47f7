"""The jobs process: what happens by the clock rather than by a request; now the call-back outbox."""

from apps.care_callbacks import CareCallBacks
from apps.process import run_loops
from conversations import CALLBACKS, CallBackOutbox, Database, WorkLoop
from settings import Settings, load


def main(settings: Settings) -> None:
    """Run until told to stop."""
    db = Database(settings.database_url, pool_size=4)
    care = CareCallBacks(f"http://127.0.0.1:{settings.care_port}", settings.care_api_key)
    loop = WorkLoop(CallBackOutbox(db, care), settings.database_url, CALLBACKS, threads=2)
    run_loops(settings, db, [loop], settings.jobs_port)


if __name__ == "__main__":
    main(load())
