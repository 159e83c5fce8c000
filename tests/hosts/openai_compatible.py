"""A simulated server of the OpenAI API that lists ids and no more, such as DeepSeek's cloud."""

from collections.abc import Collection
from dataclasses import dataclass, field

from tests.hosts.simulator import ReceivedRequest, Reply


@dataclass
class OpenAICompatible:
    """Lists `ids` at `/models` and `/v1/models`; `key` is required if set; `loads` are the POSTs."""

    ids: Collection[str]
    key: str | None = None
    owned_by: str = "deepseek"
    loads: list[str] = field(default_factory=list)

    def __call__(self, request: ReceivedRequest) -> Reply:
        """Answer one request."""
        if self.key is not None and request.headers.get("authorization") != f"Bearer {self.key}":
            message = "Authentication Fails, Your api key is invalid"
            error = {
                "message": message,
                "type": "authentication_error",
                "param": None,
                "code": "invalid_request_error",
            }
            return Reply({"error": error}, 401)
        match request.method, request.target:
            case "GET", "/models" | "/v1/models":
                rows = [{"id": name, "object": "model", "owned_by": self.owned_by} for name in self.ids]
                return Reply({"object": "list", "data": rows})
            case "POST", target:
                self.loads.append(target)
                return Reply({"object": "chat.completion"})
        return Reply({"error": {"message": "Not Found"}}, 404)
