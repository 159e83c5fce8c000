"""Publication: from artifacts to files in the output folder, all or none; no other package writes files.

A `BuildRequest` lists the wanted files, a `DiskState` the current ones and those that booconf owns. `plan`
compares both, and `publish` carries a plan out. The manifest lists the owned files, and the journal lets the
next build repair one that was killed. `check` only compares, and `build_cache` lets a build without changes
end early. `atomic_write` replaces single files of the user. The constants are paths below the output folder.
"""

MANIFEST = "manifest.json"
CACHE = ".booconf"
IGNORE = ".booconf/.gitignore"
LOCK = ".booconf/lock"
JOURNAL = ".booconf/journal.json"
STAGING = ".booconf/staging"
RECORD = ".booconf/unchanged"
