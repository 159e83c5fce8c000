"""Faulty hosts: each fault as a behavior, with the expected result of a probe."""

import asyncio
import gzip
import json
import socket
import struct
from dataclasses import dataclass

from booconf.live.limits import MOST_ROWS, MOST_VALUES
from booconf.live.observation import Outcome
from tests.hosts.simulator import Misbehavior, Reply

LISTING = {"object": "list", "data": [{"id": "model"}]}
"""The listing of a healthy host of any kind with a `/v1/models`."""

ALL_THE_TIME = 3
"""Timeout in seconds for a host that never completes its response."""

_NO_ANSWER = f"no answer within {ALL_THE_TIME} s"
_NO_END = f"its answer does not end within {ALL_THE_TIME} s"

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_BODY = json.dumps(LISTING).encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """The behavior of a host, and the expected outcome and clause."""

    behavior: Reply | Misbehavior
    outcome: Outcome
    detail: str

    @property
    def takes_all_the_time(self) -> bool:
        """True if a probe has to wait for its deadline."""
        return self.detail in {_NO_ANSWER, _NO_END}


def says(*pieces: bytes, stays: bool = False) -> Misbehavior:
    """Sends these bytes, and then closes the connection or keeps it open."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if stays:
            await silent(writer)

    return behave


def repeats(start: bytes, piece: bytes, pause: float = 0) -> Misbehavior:
    """Sends `piece` after `start` for ever, `pause` seconds in between."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return behave


def resets(start: bytes) -> Misbehavior:
    """Sends `start`, then drops the connection with a reset."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        if start:
            writer.write(start)
            await writer.drain()
            await asyncio.sleep(0.1)  # a reset overtakes bytes that nobody has read yet
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return behave


async def silent(_: asyncio.StreamWriter) -> None:
    """Sends nothing."""
    await asyncio.sleep(3600)


def body(content: bytes, **headers: str) -> Reply:
    """Return a complete response with these bytes; `_` in the name of a header becomes `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(content, headers={"Content-Type": "application/json", **named})


def with_length(length: str, content: bytes = _BODY) -> Misbehavior:
    """Return a response with this Content-Length and any body."""
    return says(_HEAD + f"Content-Length: {length}\r\n\r\n".encode() + content)


def _not_http(behavior: Misbehavior) -> Fault:
    return Fault(behavior, Outcome.INVALID_RESPONSE, "its answer is no HTTP")


def _malformed(behavior: Reply | Misbehavior, defect: str) -> Fault:
    return Fault(behavior, Outcome.INVALID_RESPONSE, f"its answer to `GET …/models` {defect}")


def _rows(*rows: object) -> Reply:
    return Reply({"data": list(rows)})


_TOO_LARGE = "is larger than 8 MiB"
_BOMB = gzip.compress(bytes(64 << 20))

FAULTS = {
    # nothing, or not all of it
    "nothing at all": Fault(silent, Outcome.UNREACHABLE, _NO_ANSWER),
    "closes at once": Fault(
        says(), Outcome.UNREACHABLE, "it closes the connection without an HTTP answer"
    ),
    "resets": Fault(resets(b""), Outcome.UNREACHABLE, "the connection was reset"),
    "half a head": Fault(
        says(_HEAD), Outcome.UNREACHABLE, "it closes the connection without an HTTP answer"
    ),
    "half a body": _malformed(with_length("1000"), "ends too early"),
    "half a chunk": _malformed(says(_CHUNKED, b"ff\r\n", _BODY), "ends too early"),
    "half a compressed body": _malformed(
        body(gzip.compress(_BODY)[:-9], Content_Encoding="gzip"), "ends too early"
    ),
    "half a document": _malformed(body(_BODY[:-1]), "is not JSON"),
    "resets in the middle": _malformed(resets(_HEAD + b"Content-Length: 1000\r\n\r\n["), "ends too early"),
    "empty": _malformed(body(b""), "is empty"),
    "empty though compressed": _malformed(body(b"", Content_Encoding="gzip"), "is empty"),
    "blank": _malformed(body(b" \r\n\t "), "is empty"),
    # too slow
    "slow drip": Fault(
        repeats(_HEAD + b"\r\n", b" ", 0.05), Outcome.UNREACHABLE, _NO_END
    ),
    "body never comes": Fault(
        says(_HEAD + b"Content-Length: 10\r\n\r\n", stays=True),
        Outcome.UNREACHABLE, _NO_END,
    ),
    "head never ends, slowly": Fault(
        repeats(_HEAD, b"X: y\r\n", 0.05), Outcome.UNREACHABLE, _NO_ANSWER
    ),
    "always to be continued": Fault(
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001), Outcome.UNREACHABLE, _NO_ANSWER
    ),
    # too much
    "endless": _malformed(repeats(_HEAD + b'\r\n{"data": [', b'{"id": "model"},' * 4096), _TOO_LARGE),
    "endless chunks": _malformed(repeats(_CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"), _TOO_LARGE),
    "endless head": Fault(
        repeats(_HEAD, b"X: " + b"y" * 1000 + b"\r\n"), Outcome.INVALID_RESPONSE, "its answer is no HTTP"
    ),
    "huge length": _malformed(with_length(str(10**18), b" " * (9 << 20)), _TOO_LARGE),
    "compressed bomb": _malformed(body(_BOMB, Content_Encoding="gzip"), _TOO_LARGE),
    "endless bomb": _malformed(repeats(_HEAD + b"Content-Encoding: gzip\r\n\r\n", _BOMB), _TOO_LARGE),
    "a bomb in a bomb": _malformed(body(gzip.compress(_BOMB), Content_Encoding="gzip, gzip"),
        "has a compression that was not accepted"),
    "huge list": _malformed(
        _rows(*({"id": str(number)} for number in range(MOST_ROWS + 1))),
        f"lists more than {MOST_ROWS} models",
    ),
    "many values": _malformed(
        body(b'{"data": [' + b"[]," * MOST_VALUES + b"[]]}"), f"contains more than {MOST_VALUES} values"
    ),
    # no JSON, or JSON that means more than one thing
    "HTML": _malformed(Reply(b"\n<!DOCTYPE html><title>Sign in</title>"), "is HTML, not JSON"),
    "text": _malformed(Reply(b"Ollama is running"), "is not JSON"),
    "binary": _malformed(body(bytes(range(1, 256))), "is not UTF-8"),
    "UTF-16": _malformed(body(json.dumps(LISTING).encode("utf-16")), "is not UTF-8"),
    "byte order mark": _malformed(body(b"\xef\xbb\xbf" + _BODY), "starts with a byte order mark"),
    "deep": _malformed(body(b"[" * 200_000), "is nested too deeply"),
    "deep objects": _malformed(
        body(b'{"a":' * 90_000 + b"1" + b"}" * 90_000), "is nested too deeply"
    ),
    "duplicate keys": _malformed(
        body(b'{"data": [{"id": "a", "id": "b"}]}'), "contains one key twice in one object"
    ),
    "no number": _malformed(body(b'{"data": [NaN]}'), "contains `NaN`, which is no JSON"),
    "infinite": _malformed(body(b'{"data": [-Infinity]}'), "contains `-Infinity`, which is no JSON"),
    "too large a float": _malformed(body(b'{"data": [1e999]}'), "contains a number out of range"),
    "too long a number": _malformed(body(b'{"data": [' + b"9" * 5000 + b"]}"), "is not JSON"),
    "two documents": _malformed(body(_BODY + _BODY), "is not JSON"),
    "badly compressed": _malformed(body(b"no gzip", Content_Encoding="gzip"), "is badly compressed"),
    "more after the end": _malformed(
        body(gzip.compress(_BODY) + b"more", Content_Encoding="gzip"), "is badly compressed"
    ),
    "more and more after the end": _malformed(
        repeats(_HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(_BODY), b"more" * 9999),
        "is badly compressed",
    ),
    "unknown compression": _malformed(
        body(_BODY, Content_Encoding="br"), "has a compression that was not accepted"
    ),
    # wrong types
    "bare list": _malformed(Reply([{"id": "model"}]), "is not a JSON object"),
    "null": _malformed(Reply(None), "is not a JSON object"),
    "no list": _malformed(Reply({"data": None}), "has no list `data`"),
    "error with 200": _malformed(Reply({"error": "no"}), "has no list `data`"),
    "row that is no object": _malformed(
        _rows({"id": "a"}, "b"), "contains a row in `data` that is no object"
    ),
    "id that is no text": _malformed(_rows({"id": 7}), "contains a row in `data` whose `id` is no string"),
    # no, or elsewhere
    "key refused": Fault(
        Reply({"error": "no"}, 401), Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 401"
    ),
    "key refused at length": Fault(
        repeats(b"HTTP/1.1 401 Unauthorized\r\n\r\n", b" ", 0.05),
        Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 401",
    ),
    "forbidden": Fault(
        Reply(b"<html>", 403), Outcome.KEY_REFUSED, "it answers `GET …/models` with HTTP 403"
    ),
    "not there": Fault(Reply(b"", 404), Outcome.OTHER_KIND, "it has no `GET …/models` (HTTP 404)"),
    "broken": Fault(Reply(b"oops", 500), Outcome.FAILING, "it answers `GET …/models` with HTTP 500"),
    "no content": Fault(
        says(b"HTTP/1.1 204 No Content\r\n\r\n"),
        Outcome.INVALID_RESPONSE,
        "it answers `GET …/models` with HTTP 204"
    ),
    "another protocol": Fault(
        says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", stays=True),
        Outcome.INVALID_RESPONSE, "its answer is no HTTP",
    ),
    # no HTTP
    "another program": Fault(
        says(b"SSH-2.0-OpenSSH_9.9\r\n"),
        Outcome.UNREACHABLE,
        "it closes the connection without an HTTP answer",
    ),
    "a mail server": _not_http(says(b"220 mail ESMTP\r\n\r\n")),
    "noise": _not_http(says(bytes(range(256)) * 500)),
    "no status": _not_http(says(b"HTTP/1.1 OK\r\n\r\n")),
    "impossible status": _not_http(says(b"HTTP/1.1 099 No\r\n\r\n")),
    "impossible header": _not_http(says(_HEAD + b"X\0: y\r\n\r\n")),
    "negative length": _not_http(with_length("-1")),
    "two lengths": _not_http(with_length("5\r\nContent-Length: 6")),
    "too short a length": _malformed(with_length("9"), "is not JSON"),
    "bad chunk": _malformed(says(_CHUNKED + b"xyz\r\n", _BODY), "ends too early"),
    "unknown transfer": Fault(
        says(_HEAD + b"Transfer-Encoding: gzip\r\n\r\n"), Outcome.INVALID_RESPONSE, "its answer is no HTTP"
    ),
}  # fmt: skip
"""Fault by name, for a host of kind `openai-compatible` that is probed for ALL_THE_TIME."""
