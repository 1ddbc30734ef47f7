"""One running copy for all tests that want the whole product, with Zalo, Facebook and Telegram played by their stand-ins."""

from collections.abc import Callable, Iterator

import pytest

from tests.platforms.facebook import FacebookPlatform
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.zalo import ZaloPlatform
from tests.product.copy import Copy, Visitor


@pytest.fixture(scope="session")
def zalo() -> Iterator[ZaloPlatform]:
    with ZaloPlatform() as platform:
        yield platform


@pytest.fixture(scope="session")
def facebook() -> Iterator[FacebookPlatform]:
    with FacebookPlatform() as platform:
        yield platform


@pytest.fixture(scope="session")
def telegram() -> Iterator[TelegramPlatform]:
    with TelegramPlatform() as platform:
        yield platform


@pytest.fixture(scope="session")
def product(
    tmp_path_factory: pytest.TempPathFactory,
    zalo: ZaloPlatform,
    facebook: FacebookPlatform,
    telegram: TelegramPlatform,
) -> Iterator[Copy]:
    accounts = {
        "ZALO_API_URL": zalo.url,
        "ZALO_OAUTH_URL": zalo.url,
        "ZALO_APP_ID": zalo.app_id,
        "ZALO_APP_SECRET": zalo.app_secret,
        "ZALO_OA_SECRET_KEY": zalo.oa_secret_key,
        "ZALO_REFRESH_TOKEN": zalo.refresh_token,
        "FACEBOOK_GRAPH_URL": facebook.url,
        "FACEBOOK_APP_SECRET": facebook.app_secret,
        "FACEBOOK_PAGE_TOKEN": facebook.page_token,
        "FACEBOOK_VERIFY_TOKEN": facebook.verify_token,
        "TELEGRAM_API_URL": telegram.url,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_WEBHOOK_SECRET": telegram.secret,
        "TELEGRAM_DUTY_CHAT": "-1009",
    }
    with Copy(tmp_path_factory.mktemp("product"), accounts) as copy:
        zalo.gateway = facebook.gateway = copy.gateway  # they show what they took
        yield copy


@pytest.fixture
def visitor(product: Copy) -> Callable[[], Visitor]:
    """A new customer on the web page."""
    return lambda: Visitor(product)
