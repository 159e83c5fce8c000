"""Settings in a SQLite or PostgreSQL database that other programs share: from a URL to JSON values.

The text of each exception may be sent to clients: no path, user, password, SQL or text of a driver.
"""

UNAVAILABLE = "the settings database is unavailable"


class StoreUrlError(ValueError):
    """The URL cannot name a settings database; the text is the reason, without the URL."""


class StoreUnavailableError(Exception):
    """A setting cannot be read or changed now; a later call may succeed.

    `detail` is for the log alone: the text of the driver, without a password of the URL.
    """

    def __init__(self, message: str = UNAVAILABLE, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail or message


class UnusableSettingError(StoreUnavailableError):
    """The stored value was not written by booconf: it is neither used nor replaced until it is repaired."""
