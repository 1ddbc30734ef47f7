"""Wake-ups: folded while one is being sent, and none left behind at the end."""

import threading

from conversations.signals import Notifier


def test_what_waits_at_the_end_is_still_sent():
    first, go_on, sent = threading.Event(), threading.Event(), []

    def notify(signals):
        sent.append(list(signals))
        first.set()
        assert go_on.wait(10)

    notifier = Notifier(notify)
    notifier.signal("turns")
    assert first.wait(10)
    for _ in range(3):
        notifier.signal("deliveries")
    ending = threading.Thread(target=notifier.stop)
    ending.start()
    go_on.set()
    ending.join(10)
    assert sent == [[("turns", "")], [("deliveries", "")]]
