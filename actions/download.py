"""Fetching a customer's file from where our gateway or a platform keeps it."""

import requests

from actions.errors import FileLost

LARGEST = 10 * 1024 * 1024
PIECE = 64 * 1024
CONNECT_S, READ_S = 2.0, 5.0


def fetch(url: str) -> bytes:
    """The bytes at `url`; raises FileLost. No other address is followed from there."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(url, stream=True, timeout=(CONNECT_S, READ_S), allow_redirects=False) as answer:
                if answer.status_code != requests.codes.ok:
                    raise FileLost(f"HTTP {answer.status_code}")
                return _read(answer)
    except requests.RequestException as exc:
        raise FileLost(type(exc).__name__) from exc


def _read(answer: requests.Response) -> bytes:
    content = bytearray()
    for piece in answer.iter_content(PIECE):
        content += piece
        if len(content) > LARGEST:
            raise FileLost("larger than care takes")
    return bytes(content)
