"""The page of a rule: what it means, why it is there, a bad and a good example."""

import re

from booconf.resources import read_resource, resource_folder


def rule_page(code: str) -> str | None:
    """The Markdown text of docs/rules/<code>.md, `code` in any case; None when there is no such rule."""
    if not re.fullmatch("[Bb][Cc][0-9]{3}", code):
        return None
    page = resource_folder("rule_pages") / f"{code.upper()}.md"
    return read_resource(page) if page.is_file() else None
