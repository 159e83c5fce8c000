ModelId = Literal[
    "attic/large",
    "attic/small",
    "cellar/large",
    "cellar/tiny",
    "cellar/vectors",
    "sky/huge",
]

ProviderId = Literal["attic", "cellar", "sky"]

MODEL_IDS: Final[tuple[ModelId, ...]] = get_args(ModelId)

PROVIDER_IDS: Final[tuple[ProviderId, ...]] = get_args(ProviderId)

DEFAULT_PROVIDER: Final[ProviderId] = "attic"

ROLES: Final = Roles(
    default="attic/large",
    task="cellar/tiny",
    compaction="attic/large",
    arena=("attic/large", "cellar/large"),
)

LEGACY: Final = Legacy(
    bare_ids=ReadOnlyDict(
        {
            "gpt-4": "attic/large",
            "old/namespaced/name": "cellar/tiny",
            "cloudy": "sky/huge",
            "embedder": "cellar/vectors",
        }
    ),
    providers=ReadOnlyDict(
        {
            "loft": "attic",
            "basement": "cellar",
            "shed": None,
            "sky-2024": None,
        }
    ),
)

PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(
        id="attic",
        label="attic",
        kind="llama-swap",
        location="local",
        base_url="http://127.0.0.1:8001",
        api_base="http://127.0.0.1:8001/v1",
        api_key_env=None,
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="llama-swap",
        opencode_legacy_ids=("loft", "attic-old"),
        undeclared="route",
        models=(
            Model(
                id="attic/large",
                model="large",
                label="large",
                type="chat",
                upstream_model="large-q4",
                aliases=("large:latest", "Large@v1"),
                context=131072,
                input=131072,
                output=8192,
                capabilities=(),
            ),
            Model(
                id="attic/small",
                model="small",
                label="small",
                type="chat",
                upstream_model="small",
                aliases=(),
                context=16384,
                input=16384,
                output=4096,
                capabilities=(),
            ),
        ),
    ),
    Provider(
        id="cellar",
        label="Down below",
        kind="lmstudio",
        location="local",
        base_url="http://127.0.0.1:8002",
        api_base="http://127.0.0.1:8002/v1",
        api_key_env=None,
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="cellar",
        opencode_legacy_ids=("basement",),
        undeclared="reject",
        models=(
            Model(
                id="cellar/large",
                model="large",
                label="large",
                type="chat",
                upstream_model="large",
                aliases=(),
                context=65536,
                input=65536,
                output=8192,
                capabilities=(),
            ),
            Model(
                id="cellar/tiny",
                model="tiny",
                label="tiny",
                type="chat",
                upstream_model="tiny",
                aliases=("mini",),
                context=16384,
                input=16384,
                output=4096,
                capabilities=(),
            ),
            Model(
                id="cellar/vectors",
                model="vectors",
                label="vectors",
                type="embedding",
                upstream_model="vectors",
                aliases=("vec",),
                context=512,
                input=512,
                output=None,
                capabilities=(),
            ),
        ),
    ),
    Provider(
        id="sky",
        label="sky",
        kind="openai-compatible",
        location="cloud",
        base_url="https://sky.example",
        api_base="https://sky.example/v1",
        api_key_env="SKY_KEY",
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="sky",
        opencode_legacy_ids=(),
        undeclared="route",
        models=(
            Model(
                id="sky/huge",
                model="huge",
                label="huge",
                type="chat",
                upstream_model="huge",
                aliases=(),
                context=1000000,
                input=1000000,
                output=8192,
                capabilities=(),
            ),
        ),
    ),
)
