"""Texts and values as hypothesis draws them for the laws of literals."""

from hypothesis import strategies as st

from booconf.targets.literals import Record, Value

TRAPS = (
    "'", '"', "\\", "`", "${x}", "{env:X}", "{file:P}", "</script>", "<!--", "*/", '"""', "\\n", "\\u0041",
    "{{", "{%", "{#", "\u2028", "\u2029", "\u0085", "\r\n", "\t", "\0", "\x7f", "\xa0", "\u00ad", "\u200d",
    "\u202e", "\ufeff", "\uffff", "\U0001f600", "\U0010ffff", "©", "™", "é", "e\u0301", "Ω", "Щ", "語", "か",
    "が", "한", "、", "\uff08", "\u3099",
)  # fmt: skip
"""Pieces that careless quoting, escaping or measuring gets wrong."""

TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(TRAPS)).map("".join),
    st.builds(
        lambda character, times: character * times, st.sampled_from([*TRAPS, "x"]), st.integers(0, 100)
    ),
)
"""Any text of a fleet: every code point but surrogates."""

LONGEST_HEAD = 45
"""Columns before the ` =` of a constant: no template has more."""

LIMITS = st.integers(1, 2**53 - 1)
_NUMBERS = st.one_of(
    st.integers(1 - 2**53, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not 1e15 < abs(number) < 1e22),
)
"""JavaScript writes floats between these bounds as whole numbers, which Python reads as other numbers."""
_SCALARS = st.one_of(st.none(), st.booleans(), LIMITS, TEXTS)
_LISTS = st.lists(TEXTS, max_size=5)
_KEYS = st.one_of(TEXTS, st.sampled_from(["__proto__", "constructor", "0", "a", "abcd"]))
_MAPPINGS = st.dictionaries(_KEYS, TEXTS, max_size=4)
_MEMBER_NAMES = st.one_of(st.text(max_size=4), st.sampled_from([*TRAPS, "__proto__", "0", "x" * 40]))
_MEMBERS: st.SearchStrategy[Value] = st.dictionaries(
    _MEMBER_NAMES,
    st.recursive(
        st.one_of(_SCALARS, _NUMBERS, st.lists(_NUMBERS, max_size=30)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(_MEMBER_NAMES, inner, max_size=3)
        ),
        max_leaves=6,
    ),
    max_size=4,
)
"""Members of a request body: any JSON. Their names fit a line, as those of any API do."""
_NAMES = st.sampled_from(["id", "kind", "label", "base_url", "api_key_env", "opencode_legacy_ids"])


def _record(members: st.SearchStrategy[Value]) -> st.SearchStrategy[Record]:
    return st.dictionaries(_NAMES, members, min_size=1, max_size=4).map(
        lambda fields: Record("Model", fields)
    )


_ROWS = _record(st.one_of(_SCALARS, _LISTS, _MAPPINGS, _MEMBERS))
VALUES: st.SearchStrategy[Value] = st.one_of(
    _SCALARS,
    _LISTS,
    _MAPPINGS,
    _MEMBERS,
    _ROWS,
    st.lists(_ROWS, max_size=3),
    _record(st.one_of(_ROWS, st.lists(_ROWS, max_size=2))),
)
"""Values as in the tables of generated modules."""


def plain(value: Value) -> object:
    """The same value in the types that JSON has."""
    if isinstance(value, Record):
        return {name: plain(member) for name, member in value.fields.items()}
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(element) for element in value]
    return value
