"""One-time codes in memory, with care's own limits: five minutes, three tries, five a day, fifteen minutes open."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from actions.care import CodeResult, CodeSent
from actions.errors import CareRefused, NotFound, SmsDown, TooManyTries

NEVER = datetime(2000, 1, 1, tzinfo=timezone.utc)


@dataclass
class Sent:
    """A code on a phone."""

    customer_code: str
    conversation_id: str
    phone: str
    digits: str
    expires_at: datetime
    tries: int = 0
    over: bool = False


@dataclass
class FakeCodes:
    """`phones` by contract; `sent` in order; `sms_down` lets no message out."""

    phones: dict[str, list[str]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    opened: dict[tuple[str, str], datetime] = field(default_factory=dict)
    sms_down: bool = False

    @property
    def last(self) -> str:
        """The digits sent last."""
        return self.sent[-1].digits

    def open_until(self, conversation_id: str, customer_code: str) -> datetime:
        if not 11 <= len(customer_code) <= 13:
            raise CareRefused(422, "not a code")
        return self.opened.get((conversation_id, customer_code), NEVER)

    def send(self, conversation_id: str, customer_code: str, ending: str | None, now: datetime) -> CodeSent:
        if not 11 <= len(customer_code) <= 13:
            raise CareRefused(422, "not a code")
        phones = self.phones.get(customer_code, [])
        fitting = [phone for phone in phones if ending in (None, phone[-3:])]
        if not fitting:
            raise NotFound(404, "contract with such a phone")
        if self.sms_down:
            raise SmsDown("gateway", 502)
        if sum(one.phone == fitting[0] for one in self.sent) >= 5:
            raise TooManyTries(429, "five a day")
        for one in self.sent:
            one.over = one.over or one.conversation_id == conversation_id
        digits = f"{314159 + 7 * len(self.sent):06d}"
        self.sent.append(Sent(customer_code, conversation_id, fitting[0], digits, now + timedelta(minutes=5)))
        return CodeSent(fitting[0][-3:], tuple(phone[-3:] for phone in phones), now + timedelta(minutes=5))

    def verify(self, conversation_id: str, customer_code: str, typed: str, now: datetime) -> CodeResult:
        mine = [o for o in self.sent if (o.conversation_id, o.customer_code) == (conversation_id, customer_code)]
        if not mine:
            return CodeResult("expired", 0)
        code = mine[-1]
        if code.tries >= 3:
            return CodeResult("locked", 0)
        if code.over or now >= code.expires_at:
            return CodeResult("expired", 0)
        if typed == code.digits:
            code.over = True
            self.opened[conversation_id, customer_code] = now + timedelta(minutes=15)
            return CodeResult("verified", 3 - code.tries)
        code.tries += 1
        code.over = code.tries >= 3
        return CodeResult("locked" if code.over else "wrong", 3 - code.tries)
