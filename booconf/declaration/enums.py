"""The allowed words of values in fleet.yaml, each set in the order in which artifacts list it."""

from typing import Literal

Kind = Literal["llama-swap", "llama-server", "ollama", "lmstudio", "vllm", "openai-compatible"]
"""The program that answers at a provider's address: the registry of host kinds.

Each has an adapter in `live/kinds/`, a module of the same name with `_` for `-`. The adapter contains all
facts about its program.
"""

Location = Literal["local", "cloud"]
"""A request to a `local` provider stays on the user's own machines; one to a `cloud` provider leaves them."""

ModelType = Literal["chat", "embedding", "rerank", "image", "audio"]
"""The use of a model; only `chat` models appear in pickers and opencode."""

Capability = Literal["tools", "reasoning", "vision", "temperature"]
"""A feature of a chat model that clients may use; `temperature`: they may send sampling temperatures."""

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""A reasoning effort, as `reasoning_effort` of a request."""

Api = Literal["chat-completions", "responses", "messages"]
"""An API of a host: the chat completions or responses of OpenAI, or the messages of Anthropic."""

CHAT_COMPLETIONS: Api = "chat-completions"
"""The API that every host serves."""

Undeclared = Literal["route", "reject"]
"""Handling of an id that a provider does not declare.

`route` sends it to the provider, `reject` makes it an error.
"""
