"""The files below --out that are booconf's own: the manifest, and a folder that git ignores."""

MANIFEST = "manifest.json"
CACHE = ".booconf"
IGNORE = ".booconf/.gitignore"
LOCK = ".booconf/lock"
JOURNAL = ".booconf/journal.json"
STAGING = ".booconf/staging"
RECORD = ".booconf/unchanged"
