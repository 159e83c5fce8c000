"""Arbitrary bytes as fleet.yaml give diagnostics, never a traceback; an accepted file can be compiled."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from booconf.diagnostics import CODES, Severity
from booconf.diagnostics.report import gather
from booconf.diagnostics.text import render
from booconf.fleet.load import LoadResult, load_fleet
from booconf.live import adapter_of
from booconf.source import SourceText, mask
from booconf.targets import TARGETS, emit
from tests.support.fleets import sample_fleets

TEXTS = [text.encode("utf-8") for text in sample_fleets().values()]
PIECES = [
    *(bytes([byte]) for byte in b"\0\xff\t\n\r:-{}[]\"'#&*!|>%?~/"),
    *(b": ", b"- ", b"? ", b"&a", b"*a", b"!x", b"<<", b"---\n", b"null", b"true", b"007", b"1e9", b".."),
    *(text.encode("utf-8") for text in ("\u2028", "\x85", "\ufeff")),
]


def judged(raw: bytes) -> LoadResult:
    """A load result with diagnostics, or with a fleet that every target accepts."""
    loading = load_fleet(raw, "fleet.yaml", adapter_of)
    assert all(one.severity is CODES[one.code].severity for one in loading.diagnostics)
    errors = [one for one in loading.diagnostics if one.severity is Severity.ERROR]
    assert bool(errors) == (loading.fleet is None)
    masked = mask(SourceText.decode(raw, "fleet.yaml"), loading.document)
    assert bool(render(gather(loading.diagnostics, lambda _, line: masked(line)))) == bool(
        loading.diagnostics
    )
    if loading.fleet is not None:
        assert all(artifact.text for artifact in emit(loading.fleet, TARGETS).artifacts)
    return loading


@settings(max_examples=200)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\r")
@example(b"- " * 200)
@example(b"a: b: c: d")
@example(b"? ? ? ?")
def test_loading_arbitrary_bytes(raw: bytes) -> None:
    assert judged(raw).fleet is None


@settings(max_examples=200)
@given(st.sampled_from(TEXTS), st.data())
def test_loading_a_valid_fleet_with_one_edit(raw: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 30)))
    judged(raw[:start] + data.draw(st.sampled_from([b"", *PIECES])) + raw[end:])


@settings(max_examples=100)
@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.data())
def test_loading_two_concatenated_fleets(first: bytes, second: bytes, data: st.DataObject) -> None:
    head, tail = first.splitlines(keepends=True), second.splitlines(keepends=True)
    cut = data.draw(st.integers(0, len(head)))
    judged(b"".join(head[:cut] + tail[data.draw(st.integers(0, len(tail))) :]))
