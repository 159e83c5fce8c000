ModelId = Literal["a/b"]

ProviderId = Literal["a"]

MODEL_IDS: Final[tuple[ModelId, ...]] = get_args(ModelId)

PROVIDER_IDS: Final[tuple[ProviderId, ...]] = get_args(ProviderId)

DEFAULT_PROVIDER: Final[ProviderId] = "a"

ROLES: Final = Roles(
    default="a/b",
    task="a/b",
    compaction="a/b",
    arena=("a/b",),
)

LEGACY: Final = Legacy(
    bare_ids=ReadOnlyDict(),
    providers=ReadOnlyDict(),
)

PROVIDERS: Final[tuple[Provider, ...]] = (
    Provider(
        id="a",
        label="a",
        kind="llama-server",
        location="local",
        base_url="http://127.0.0.1:8080",
        api_base="http://127.0.0.1:8080/v1",
        api_key_env=None,
        optional=False,
        headers=ReadOnlyDict(),
        header_timeout=None,
        sidecar=None,
        opencode_id="a",
        opencode_legacy_ids=(),
        undeclared="route",
        models=(
            Model(
                id="a/b",
                model="b",
                label="b",
                type="chat",
                upstream_model="b",
                aliases=(),
                context=None,
                input=None,
                output=None,
                capabilities=(),
            ),
        ),
    ),
)
