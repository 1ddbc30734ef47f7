"""One-time codes: six digits to the contract's phone, five minutes, three tries, five a day and phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from care.due import VIETNAM
from care.errors import NotFound, SmsFailed, TooManyTries
from care.identity.shapes import CodeAsked, CodeResult, CodeSent, CodeTried, VerifiedGiven
from care.identity.sms import Sms
from care.identity.tables import OneTimeCode, Verified
from care.locks import lock_names
from care.tables import Customer
from care.wired import Care
from care.words import words_in

LIVES = timedelta(minutes=5)
TRIES = 3
A_DAY = 5
SESSION = timedelta(minutes=15)
KEPT = timedelta(days=2)
# How far the clocks of our machines may differ; more is a clock that went back, which makes nothing live longer.
SKEW = timedelta(minutes=1)
TEXTS = Path(__file__).parent / "texts.yml"


def send(care: Care, sms: Sms, asked: CodeAsked) -> CodeSent:
    """Send a new code; the ones before it are void.

    Raises NotFound for a contract without a phone or that is not one, TooManyTries after five a day, SmsFailed (the code
    is void then and does not count).
    """
    now = care.now()
    code = f"{secrets.randbelow(10**6):06d}"
    with care.database.transaction() as session:
        phones = session.scalar(select(Customer.phones).where(Customer.code == asked.customer_code)) or []
        fitting = [phone for phone in phones if asked.phone_ending in (None, phone[-3:])]
        if not fitting:
            raise NotFound("contract with such a phone", "")
        phone = fitting[0]
        lock_names(session, f"code:{phone}", f"code:{asked.conversation_id}")
        left = _left_today(session, phone, now)
        session.execute(
            update(OneTimeCode)
            .where(OneTimeCode.conversation_id == asked.conversation_id, OneTimeCode.over_at.is_(None))
            .values(over_at=now)
        )
        salt = secrets.token_bytes(16)
        row = OneTimeCode(
            customer_code=asked.customer_code,
            conversation_id=asked.conversation_id,
            phone=phone,
            salt=salt,
            hash=_hash(salt, code),
            created_at=now,
            expires_at=now + LIVES,
        )
        session.add(row)
        session.flush()
        number = row.id
        session.commit()
    try:
        sms.send_code(
            phone, code, words_in(TEXTS)["texts"]["sms"].format(code=code, minutes=int(LIVES.total_seconds() // 60))
        )
    except SmsFailed:
        _take_back(care, number)
        raise
    endings = [each[-3:] for each in phones]
    return CodeSent(sent_to=f"…{phone[-3:]}", phones=endings, expires_at=now + LIVES, left_today=left - 1)


def verify(care: Care, tried: CodeTried) -> CodeResult:
    """Try a code; tries at the same time are counted one after another."""
    now = care.now()
    typed = "".join(letter for letter in tried.code if letter.isascii() and letter.isdigit())
    with care.database.transaction() as session:
        lock_names(session, f"code:{tried.conversation_id}")
        code = session.scalar(
            select(OneTimeCode)
            .where(
                OneTimeCode.conversation_id == tried.conversation_id, OneTimeCode.customer_code == tried.customer_code
            )
            .order_by(OneTimeCode.id.desc())
            .limit(1)
            .with_for_update()
        )
        result = _judge(code, typed, now)
        if result.result == "verified":
            until = now + SESSION
            row = {"conversation_id": tried.conversation_id, "customer_code": tried.customer_code, "until": until}
            put = insert(Verified).values(row)
            keys = [Verified.conversation_id, Verified.customer_code]
            session.execute(put.on_conflict_do_update(index_elements=keys, set_={"until": until}))
            result = result.model_copy(update={"until": until})
        session.commit()
    return result


def verified(care: Care, conversation_id: str, customer_code: str) -> VerifiedGiven:
    """Whether the conversation may see the contract's data now."""
    now = care.now()
    with care.database.transaction() as session:
        found = session.get(Verified, (conversation_id, customer_code))
        until = found.until if found is not None and now < found.until <= now + SESSION + SKEW else None
    return VerifiedGiven(verified=until is not None, until=until)


def end(care: Care, conversation_id: str) -> None:
    """Nothing of any contract is open to the conversation any more."""
    with care.database.transaction() as session:
        session.execute(delete(Verified).where(Verified.conversation_id == conversation_id))
        session.commit()


def forget(care: Care) -> int:
    """Drop codes and sessions that are long over; for a timer. Returns how many codes."""
    now = care.now()
    with care.database.transaction() as session:
        gone = session.execute(delete(OneTimeCode).where(OneTimeCode.created_at < now - KEPT).returning(OneTimeCode.id))
        count = len(gone.all())
        session.execute(delete(Verified).where(Verified.until < now))
        session.commit()
    return count


def _left_today(session: Session, phone: str, now: datetime) -> int:
    midnight = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    today = (OneTimeCode.phone == phone) & (OneTimeCode.created_at >= midnight)
    sent = session.scalar(select(func.count()).select_from(OneTimeCode).where(today)) or 0
    if sent >= A_DAY:
        raise TooManyTries(int((midnight + timedelta(days=1) - now).total_seconds()) + 1)
    return A_DAY - sent


def _judge(code: OneTimeCode | None, typed: str, now: datetime) -> CodeResult:
    if code is None:
        return CodeResult(result="expired", tries_left=0)
    if code.tries >= TRIES:
        return CodeResult(result="locked", tries_left=0)
    if code.over_at is not None or not code.created_at - SKEW <= now < code.expires_at:
        return CodeResult(result="expired", tries_left=0)
    if hmac.compare_digest(code.hash, _hash(code.salt, typed)):
        code.over_at = now
        return CodeResult(result="verified", tries_left=TRIES - code.tries)
    code.tries += 1
    if code.tries >= TRIES:
        code.over_at = now
        return CodeResult(result="locked", tries_left=0)
    return CodeResult(result="wrong", tries_left=TRIES - code.tries)


def _take_back(care: Care, number: int) -> None:
    with care.database.transaction() as session:
        session.execute(delete(OneTimeCode).where(OneTimeCode.id == number))
        session.commit()


def _hash(salt: bytes, code: str) -> bytes:
    # Six digits are soon guessed from any hash: it only keeps a code from being read; five minutes and three tries protect.
    return hashlib.scrypt(code.encode(), salt=salt, n=2**10, r=8, p=1)
