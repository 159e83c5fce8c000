ModelId = Literal[
    "full/a",
    "full/by-default",
    "full/vectors",
    "other/t",
    "openrouter/big",
    "deepseek/chat",
]

ProviderId = Literal["full", "other", "openrouter", "deepseek"]

MODEL_IDS: Final[tuple[ModelId, ...]] = get_args(ModelId)

PROVIDER_IDS: Final[tuple[ProviderId, ...]] = get_args(ProviderId)

DEFAULT_PROVIDER: Final[ProviderId] = "full"

ROLES: Final = Roles(
    default="full/a",
    task="other/t",
    compaction="full/a",
    arena=("full/a", "other/t"),
)

LEGACY: Final = Legacy(
    bare_ids=ReadOnlyDict(
        {
            "before": "full/a",
        }
    ),
    providers=ReadOnlyDict(
        {
            "former": "full",
            "gone": None,
        }
    ),
)

PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(
        id="full",
        label="Everything",
        kind="llama-swap",
        location="local",
        base_url="http://127.0.0.1:8001/root",
        api_base="http://127.0.0.1:8001/root/api/v1",
        api_key_env="FULL_KEY",
        optional=False,
        headers=ReadOnlyDict(
            {
                "X-Team": "boo",
                "X-Proxy-Token": "Bearer ${env:PROXY_TOKEN}",
            }
        ),
        header_timeout=600,
        sidecar=Sidecar(
            base_url="http://127.0.0.1:8002",
            api_base="http://127.0.0.1:8002/api/v1",
            traffic=("chat", "embedding"),
        ),
        opencode_id="full-client",
        opencode_legacy_ids=("full-before",),
        undeclared="reject",
        models=(
            Model(
                id="full/a",
                model="a",
                label="Model A",
                type="chat",
                upstream_model="A-Q4",
                aliases=("a-latest", "a:q4"),
                context=40000,
                input=30000,
                output=3000,
                capabilities=("tools", "reasoning", "vision"),
            ),
            Model(
                id="full/by-default",
                model="by-default",
                label="by-default",
                type="chat",
                upstream_model="by-default",
                aliases=(),
                context=18000,
                input=18000,
                output=2000,
                capabilities=(),
            ),
            Model(
                id="full/vectors",
                model="vectors",
                label="vectors",
                type="embedding",
                upstream_model="V",
                aliases=(),
                context=512,
                input=512,
                output=None,
                capabilities=(),
            ),
        ),
    ),
    Provider(
        id="other",
        label="other",
        kind="lmstudio",
        location="local",
        base_url="http://127.0.0.1:8003",
        api_base="http://127.0.0.1:8003/v1",
        api_key_env=None,
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="other",
        opencode_legacy_ids=(),
        undeclared="route",
        models=(
            Model(
                id="other/t",
                model="t",
                label="t",
                type="chat",
                upstream_model="t",
                aliases=(),
                context=17000,
                input=17000,
                output=4250,
                capabilities=("tools",),
            ),
        ),
    ),
    Provider(
        id="openrouter",
        label="openrouter",
        kind="openai-compatible",
        location="cloud",
        base_url="https://openrouter.example/api",
        api_base="https://openrouter.example/api/v1",
        api_key_env="OPENROUTER_KEY",
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="openrouter",
        opencode_legacy_ids=(),
        undeclared="route",
        models=(
            Model(
                id="openrouter/big",
                model="big",
                label="big",
                type="chat",
                upstream_model="big",
                aliases=(),
                context=200000,
                input=200000,
                output=8192,
                capabilities=(),
            ),
        ),
    ),
    Provider(
        id="deepseek",
        label="deepseek",
        kind="openai-compatible",
        location="cloud",
        base_url="https://deepseek.example",
        api_base="https://deepseek.example/v1",
        api_key_env="DEEPSEEK_KEY",
        optional=True,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="deepseek",
        opencode_legacy_ids=(),
        undeclared="route",
        models=(
            Model(
                id="deepseek/chat",
                model="chat",
                label="chat",
                type="chat",
                upstream_model="chat",
                aliases=(),
                context=128000,
                input=128000,
                output=8192,
                capabilities=(),
            ),
        ),
    ),
)
