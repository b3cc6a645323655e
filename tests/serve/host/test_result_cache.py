"""What is kept of responses: of one version of the data alone, no more than there is room for."""

from http import HTTPStatus

from eakg.serve.host.exchange import Exchange
from eakg.serve.host.reply import Reply
from eakg.serve.host.result_cache import CacheKey, ResultCache

ROOM = 1 << 16


def key(version: str, number: int) -> CacheKey:
    return CacheKey(
        version, "GET", "http", "", "e.org", "/sparql", "", "", "", f"query={number}", b""
    )


def reply(body: bytes) -> Reply:
    exchange = Exchange("1", "", "GET", "/sparql", "/sparql", 200, len(body))
    return Reply(HTTPStatus.OK, [("etag", '"1"')], body, exchange)


def test_nothing_is_kept_of_a_version_that_is_no_more() -> None:
    cache = ResultCache(ROOM)
    for version in ("1", "2", "3"):
        for number in range(5):
            assert cache.get(key(version, number)) is None
            cache.put(key(version, number), reply(b"x" * 1000))
            found = cache.get(key(version, number))
            assert found is not None
            assert found.body == b"x" * 1000
        assert 5 * 1000 < cache.size < 6 * 2000
    # An answer that was long under way.
    cache.put(key("2", 9), reply(b"x"))
    assert cache.get(key("3", 0)) is not None
    assert cache.get(key("2", 9)) is None


def test_it_keeps_no_more_than_there_is_room() -> None:
    cache = ResultCache(ROOM)
    for number in range(100):
        cache.get(key("1", number))
        cache.put(key("1", number), reply(b"x" * 2000))
        assert cache.size <= ROOM
    assert cache.get(key("1", 99)) is not None
    assert cache.get(key("1", 0)) is None
