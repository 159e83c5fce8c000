// The opencode document of a fleet: booconf's `opencode` target in Jsonnet.
local fleet = std.parseJson(importstr 'fleet.json');

local opencodeId(id) =
  local provider = fleet.providers[id];
  if 'opencode' in provider && 'id' in provider.opencode then provider.opencode.id else id;

local reference(composite) =
  local slash = std.findSubstr('/', composite)[0];
  opencodeId(composite[:slash]) + composite[slash:];

local textOnly = { input: ['text'], output: ['text'] };
local textAndImage = { input: ['text', 'image'], output: ['text'] };

local disabled = { disabled: true };
local withoutEfforts = [
  'deepseek-chat', 'deepseek-reasoner', 'deepseek-r1', 'deepseek-v3', 'minimax', 'glm', 'kimi', 'k2p', 'qwen',
  'big-pickle',
];
local guessesEfforts(id) =
  std.length([word for word in withoutEfforts if std.strReplace(id, word, '') != id]) == 0;

// std.min and std.max are written in Jsonnet, as are std.any and std.findSubstr, and slower.
local atMost(limit, value) = if value < limit then value else limit;
local inputLimit(context, output) =
  local requested = atMost(32000, output);
  local reserve = atMost(20000, requested);
  local prompt = context - requested;
  local step = if reserve < 16384 then 16384 else reserve;
  local half = (prompt - 8192) >> 1;
  prompt - (if half < 0 then 0 else atMost(step, half)) + reserve;

local environment(header) = std.strReplace(header, '${env:', '{env:');

local requestBase(provider) =
  local path = std.get(provider, 'api_path', '/v1');
  if 'sidecar' in provider && std.member(std.get(provider.sidecar, 'traffic', ['chat']), 'chat')
  then provider.sidecar.base_url + path
  else provider.base_url + path;

local convert(provider, label) =
  local defaults = std.get(provider, 'defaults', {});
  local defaultContext = std.get(defaults, 'context');
  local defaultOutput = std.get(defaults, 'output');
  function(id, model)
    local context = if 'context' in model then model.context else defaultContext;
    local capabilities = if 'capabilities' in model then { [name]: null for name in model.capabilities } else {};
    local reasoning = 'reasoning' in capabilities;
    local output =
      if 'output' in model then model.output
      else if defaultOutput != null && defaultOutput < context then defaultOutput
      else atMost(if reasoning then 16384 else 8192, context >> 2);
    assert output < context : 'the limits of ' + id;
    {
      id: if 'upstream' in model then model.upstream else id,
      name: (if 'label' in model then model.label else id) + ' (' + label + ')',
      limit: {
        context: context,
        input: if 'input' in model then model.input else inputLimit(context, output),
        output: output,
      },
      tool_call: 'tools' in capabilities,
      reasoning: reasoning,
      attachment: 'vision' in capabilities,
      temperature: false,
      interleaved: if 'reasoning_field' in model then { field: model.reasoning_field } else false,
      modalities: if 'vision' in capabilities then textAndImage else textOnly,
      [if reasoning && guessesEfforts(id) then 'variants']: { low: disabled, medium: disabled, high: disabled },
    };

local isChat(models) = function(key) !('type' in models[key]) || models[key].type == 'chat';

local providerDocument(id) =
  local provider = fleet.providers[id];
  local label = std.get(provider, 'label', id);
  local model = convert(provider, label);
  {
    npm: '@ai-sdk/openai-compatible',
    name: label,
    options: {
      baseURL: requestBase(provider),
      [if 'api_key_env' in provider then 'apiKey']: '{env:' + provider.api_key_env + '}',
      [if 'headers' in provider then 'headers']: std.mapWithKey(function(_, text) environment(text), provider.headers),
      [if 'timeouts' in provider then 'headerTimeout']: provider.timeouts.header * 1000,
    },
    models: {
      [key]: model(key, provider.models[key])
      for key in std.filter(isChat(provider.models), std.objectFields(provider.models))
    },
  };

local roles = fleet.roles;
{
  '$schema': 'https://opencode.ai/config.json',
  model: reference(roles.default),
  [if 'task' in roles then 'small_model']: reference(roles.task),
  [if 'compaction' in roles then 'agent']: { compaction: { model: reference(roles.compaction) } },
  enabled_providers: [opencodeId(id) for id in std.objectFields(fleet.providers)],
  provider: {
    [opencodeId(id)]: providerDocument(id)
    for id in std.objectFields(fleet.providers)
    if !std.get(fleet.providers[id], 'optional', false)
  },
}
