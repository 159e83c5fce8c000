"""Any other server of the OpenAI API, clouds among them: `GET /models` lists ids, and no more.

DeepSeek's `/models` (api-docs.deepseek.com, List Models) has `id`, `object` and `owned_by` only.
"""

from booconf.live.flow import Base, ProbeFlow, Request
from booconf.live.kinds.parsing import needed_document, needed_rows, repeated
from booconf.live.observation import Observation, Outcome, SeenModel, Window

MODELS = Request(Base.API, "/models")
REQUESTS = (MODELS,)

OWNERS: dict[str, str] = {}
LISTING_IS_COMPLETE = False
UNLISTED_MODELS_HINT = ""
UNSAFE_SEGMENT = None
SWAPS_MODELS = False

_UNKNOWN = Window(None, "this kind of host does not report windows")


def observe() -> ProbeFlow:
    """Request the listing; only its ids are known."""
    rows = needed_rows(MODELS, needed_document(MODELS, (yield MODELS)), "data", "id")
    ids = [name for name, _ in rows]
    models = tuple(SeenModel(name, _UNKNOWN) for name in sorted(set(ids)))
    return Observation(Outcome.ANSWERED, models=models, repeated=repeated(ids))
