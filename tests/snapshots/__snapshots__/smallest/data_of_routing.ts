export const MODEL_IDS = ["a/b"] as const;

export const PROVIDER_IDS = ["a"] as const;

export const DEFAULT_PROVIDER: ProviderId = "a";

export const ROLES: Roles = {
  default: "a/b",
  task: "a/b",
  compaction: "a/b",
  arena: ["a/b"],
};

export const LEGACY: Legacy = {
  bare_ids: {},
  providers: {},
};

export const PROVIDERS: readonly Provider[] = [
  {
    id: "a",
    label: "a",
    kind: "llama-server",
    location: "local",
    base_url: "http://127.0.0.1:8080",
    api_base: "http://127.0.0.1:8080/v1",
    api_key_env: null,
    optional: false,
    headers: {},
    header_timeout: null,
    sidecar: null,
    opencode_id: "a",
    opencode_legacy_ids: [],
    undeclared: "route",
    models: [
      {
        id: "a/b",
        model: "b",
        label: "b",
        type: "chat",
        upstream_model: "b",
        aliases: [],
        context: null,
        input: null,
        output: null,
        capabilities: [],
      },
    ],
  },
];
