"""The words that a value of fleet.yaml may be, each set in the order in which artifacts list it."""

from typing import Literal

Kind = Literal["llama-swap", "llama-server", "ollama", "lmstudio", "vllm", "openai-compatible"]
"""The program that answers at a provider's address."""

Location = Literal["local", "cloud"]
ModelType = Literal["chat", "embedding", "rerank", "image", "audio"]
Capability = Literal["tools", "reasoning", "vision"]
Undeclared = Literal["route", "reject"]
