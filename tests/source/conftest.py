"""Every test of reading runs with both parsers: libyaml where it is compiled in, and PyYAML's own."""

import pytest
import yaml

from booconf.source import events


@pytest.fixture(params=["libyaml", "python"] if yaml.__with_libyaml__ else ["python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    monkeypatch.setattr(events, "COMPILED", name == "libyaml")
    return name
