"""Compute the context window of a request from the command line of a llama-server or vLLM.

llama-server: llama.cpp, common/arg.cpp and tools/server/server-context.cpp; its numbers are tests. A model
may be trained for less, so the result is an upper bound. vLLM: `--max-model-len`,
vllm/utils/argparse_utils.py. A command line may contain secrets: no text of it is returned.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from booconf.live.kinds.parsing import tokens_of
from booconf.live.observation import Window

LONGEST = 32_767
"""Characters of a command line that is read; no system starts a longer one as it is."""

_NOT_READ = Window(None, "its command line does not start llama-server or vLLM itself")
_NOT_SET = Window(None, "its command line sets no context size")
_TRAINED = Window(None, "its command line requests the context that the model was trained for")
_NOT_UNDERSTOOD = Window(None, "its command line sets an impossible context size")


def window_of_command(command: str) -> Window:
    """Return the window that the command line of a process sets; if it is unknown, with the reason."""
    if len(command) > LONGEST:
        return _NOT_READ
    text = _CONTINUED_LINE.sub(" ", _COMMENT_LINE.sub("", command))
    window = _window_of_words(_posix_words(text))
    # on Windows a backslash is no escape, and the program has no name if read as above
    return _window_of_words(_windows_words(text)) if window is _NOT_READ else window


def window_of_llama_server(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Window:
    """As `window_of_command`, for the arguments and the own environment variables of a llama-server."""
    options = _options(arguments, environment or {})
    try:
        context = _whole_number(options.get(_CONTEXT, "0"))
        parallel = _whole_number(options.get(_PARALLEL, "-1"))
        per_slot = _whole_number(options.get(_PER_SLOT, "0"))
    except ValueError:
        return _NOT_UNDERSTOOD
    if context < 0 or parallel < -1 or parallel == 0 or per_slot < 0:
        return _NOT_UNDERSTOOD
    if context == 0 and per_slot == 0:
        return _TRAINED if _CONTEXT in options else _NOT_SET
    slot = _slot(context, parallel, is_unified=parallel == -1 or _UNIFIED in options)
    window = llama_cpp_window(min(number for number in (slot, per_slot) if number))
    return replace(window, from_command=True) if window else _NOT_UNDERSTOOD


def llama_cpp_window(value: object) -> Window | None:
    """Return a window in llama.cpp, which fills up its last block; None if `value` is no number of tokens."""
    tokens = tokens_of(value)
    return Window(tokens, block=_BLOCK) if tokens else None


def _window_of_words(words: Sequence[str]) -> Window:
    environment: dict[str, str] = {}
    if words and _program(words[0]) == "env":
        assigned = [_ASSIGNMENT.fullmatch(word) for word in words[1:]]
        count = next((index for index, match in enumerate(assigned) if not match), len(assigned))
        environment = {match[1]: match[2] for match in assigned[:count] if match}
        words = words[1 + count :]
    match [_program(word) for word in words[:1]] + list(words[1:3]):
        case [program, *_] if _LLAMA_SERVER.fullmatch(program):
            return window_of_llama_server(words[1:], environment)
        case ["llama", "serve", *_]:
            return window_of_llama_server(words[2:], environment)
        case ["vllm", "serve", *_]:
            return _vllm_window(words[2:])
        case [program, "-m", module] if _PYTHON.fullmatch(program) and module == _VLLM_MODULE:
            return _vllm_window(words[3:])
    return _NOT_READ


_LLAMA_SERVER = re.compile(r"llama-server(?:[-_](?!.*(?:wrap|\.(?:sh|py|bat|cmd|ps1|js)$))[\w.+-]+)?")
"""The program, also with the suffix of a build (`llama-server-vulkan`), but no script around it."""

_PYTHON = re.compile(r"python[\d.]*")
_VLLM_MODULE = "vllm.entrypoints.openai.api_server"
_ASSIGNMENT = re.compile(r"(\w+)=(.*)", re.DOTALL)

_COMMENT_LINE = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
_CONTINUED_LINE = re.compile(r"\\[^\S\n]*$", re.MULTILINE)
"""As llama-swap parses `cmd` (internal/config/commands.go): a continued line ends a word."""

_POSIX_WORD = re.compile(r"""(?:[^\s"'\\]++|"(?:[^"\\]|\\.)*+"|'[^']*+'|\\.|["'\\])++""", re.DOTALL)
_POSIX_PIECE = re.compile(r""""((?:[^"\\]|\\.)*+)"|'([^']*+)'|\\(.)""", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\$`])')
_WINDOWS_WORD = re.compile(r"""(?:[^\s"]++|"[^"]*+"|")++""")


def _posix_words(text: str) -> list[str]:
    return [_POSIX_PIECE.sub(_unquoted, word) for word in _POSIX_WORD.findall(text)]


def _unquoted(piece: re.Match[str]) -> str:
    in_double_quotes, in_single_quotes, escaped = piece.groups()
    if not in_double_quotes:
        return in_single_quotes or escaped or ""
    return _ESCAPED.sub(r"\1", in_double_quotes) if "\\" in in_double_quotes else in_double_quotes


def _windows_words(text: str) -> list[str]:
    return [word.replace('"', "") for word in _WINDOWS_WORD.findall(text)]


def _program(word: str) -> str:
    """Return the name of a program without its folder."""
    return re.split(r"[/\\]", word)[-1].lower().removesuffix(".exe")


_CONTEXT, _PARALLEL, _PER_SLOT = "-c", "-np", "--kv-unified-per-slot"
_UNIFIED, _NOT_UNIFIED = "-kvu", "-no-kvu"

_SPELLINGS = {
    "--ctx-size": _CONTEXT,
    "--parallel": _PARALLEL,
    "--kv-unified": _UNIFIED,
    "--no-kv-unified": _NOT_UNIFIED,
}
_VARIABLES = {"LLAMA_ARG_CTX_SIZE": _CONTEXT, "LLAMA_ARG_N_PARALLEL": _PARALLEL}

_BLOCK = 256
"""llama.cpp pads contexts to a multiple of this many tokens (src/llama-context.cpp)."""


def _slot(context: int, parallel: int, *, is_unified: bool) -> int:
    """Return the tokens of one slot: the whole context, or its share; 0 if none is requested."""
    pool = _padded(context)
    return pool if is_unified else _padded(pool // parallel)


def _padded(tokens: int) -> int:
    """Return the context that llama.cpp allocates for the requested one."""
    return -(-tokens // _BLOCK) * _BLOCK


def _options(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the last value of each relevant option; of the two switches, the later one alone."""
    options = {option: environment[name] for name, option in _VARIABLES.items() if name in environment}
    for word, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name = word.replace("_", "-") if word.startswith("--") else word
        option = _SPELLINGS.get(name, name)
        if option in {_UNIFIED, _NOT_UNIFIED}:
            options.pop(_UNIFIED, None)
            options.pop(_NOT_UNIFIED, None)
            options[option] = ""
        elif option in {_CONTEXT, _PARALLEL, _PER_SLOT}:
            options[option] = following
    return options


def _whole_number(text: str) -> int:
    """Return the number; raises ValueError, also for more digits than a window can have."""
    if not re.fullmatch(r"[+-]?[0-9]{1,16}", text):
        raise ValueError
    return int(text)


_READABLE_NUMBER = re.compile(r"([0-9]{1,16})(\.[0-9]{1,6})?([kmgtKMGT]?)")
_DECIMAL = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def _vllm_window(arguments: Sequence[str]) -> Window:
    value: str | None = None
    for word, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name, equals, attached = word.partition("=")
        if name.replace("_", "-") == "--max-model-len":
            value = attached if equals else following
    if value is None:
        return _NOT_SET
    if value in {"-1", "auto"}:
        return Window(None, "vLLM chose its window by itself (`--max-model-len auto`)")
    return _readable_window(value)


def _readable_window(value: str) -> Window:
    """Return the window of a number in the syntax of vLLM: `1k` is 1000, `1K` is 1024, `25.6k` is 25600."""
    match = _READABLE_NUMBER.fullmatch(value)
    if match is None:
        return _NOT_UNDERSTOOD
    whole, fraction, suffix = match.groups("")
    factor = _BINARY.get(suffix) if not fraction else None
    factor = factor or _DECIMAL.get(suffix)
    if factor is None or (fraction and not suffix):
        return _NOT_UNDERSTOOD
    tokens = tokens_of(int(float(whole + fraction) * factor) if fraction else int(whole) * factor)
    return Window(tokens) if tokens else _NOT_UNDERSTOOD
