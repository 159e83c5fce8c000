"""The shape of one model in fleet.yaml, and the base of all mappings of the format."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from booconf.declaration.enums import Capability, Effort, ModelType
from booconf.declaration.requests import Price, RequestBody
from booconf.declaration.validators import Distinct, Limit, ModelId, Text, Window

_EMPTY: dict[str, JsonValue] = {"default": []}
"""The schema of a default_factory, which saves pydantic a copy of the default for each model."""


class FormatMapping(BaseModel):
    """A mapping of fleet.yaml: unknown keys are errors, and values are not coerced."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # only the whole declaration is ever validated
    )


class CostDeclaration(FormatMapping):
    """Prices of a model, in US dollars a million tokens."""

    input: Price = Field(description="Price of input tokens.", examples=[0.27])
    output: Price = Field(description="Price of output tokens.", examples=[1.1])
    cache_read: Price | None = Field(default=None, description="Price of input tokens read from a cache.")
    cache_write: Price | None = Field(default=None, description="Price of input tokens written to a cache.")


class ModelDeclaration(FormatMapping):
    """One model of a provider. A key with no value is a chat model with the provider's defaults."""

    label: Text | None = Field(
        default=None, description="Name in pickers (default: the model id).", examples=["Qwen 3.6 35B A3B"]
    )
    type: ModelType = Field(
        default="chat", description="Use of the model; only chat models appear in pickers and opencode."
    )
    context: Window | None = Field(
        default=None,
        description="Context window in tokens, per request, or `unknown`.",
        examples=[65536, "unknown"],
    )
    input: Limit | None = Field(
        default=None,
        description="Most input tokens (default: the context window, of a chat model without its output).",
        examples=[60000],
    )
    output: Limit | None = Field(
        default=None,
        description="Most output tokens of a chat model "
        "(default: the provider's, else a quarter of the window, "
        "at most 8192, or 16384 with the capability `reasoning`).",
        examples=[8192],
    )
    capabilities: Distinct[Capability] = Field(
        default_factory=list,
        description="Features that clients may use.",
        examples=[["tools", "reasoning"]],
        json_schema_extra={**_EMPTY, "uniqueItems": True},
    )
    aliases: list[ModelId] = Field(
        default_factory=list,
        description="Other names under which the host serves this model.",
        examples=[["qwen"]],
        json_schema_extra=_EMPTY,
    )
    upstream: Text | None = Field(
        default=None,
        description="The name to send to the host, when it differs from the id.",
        examples=["Qwen3.6-35B-A3B-Q4_K_M"],
    )
    reasoning_field: Text | None = Field(
        default=None,
        description="The field of a chat message that carries the model's reasoning.",
        examples=["reasoning_content"],
    )
    extra_body: RequestBody = Field(
        default_factory=dict,
        description="Members of the request body that every client sends with this model.",
        examples=[{"chat_template_kwargs": {"enable_thinking": False}}],
        json_schema_extra={"default": {}},
    )
    efforts: Distinct[Effort] = Field(
        default_factory=list,
        description="Reasoning efforts that clients may offer (default: none).",
        examples=[["low", "high"]],
        json_schema_extra={**_EMPTY, "uniqueItems": True},
    )
    cost: CostDeclaration | None = Field(default=None, description="Prices, where requests cost money.")
