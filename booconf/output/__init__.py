"""Publishing: artifacts go in, files below --out come out, all or none; only this folder writes files.

`request` is what a build is asked for, `survey` what stands on disk, `plan` what becomes of it, and
`publish` does it. `manifest` says which files are ours, `journal` lets the next build repair one that was
killed, `unchanged` remembers a build so that the next one may do nothing; `inspection` only compares, and
`findings` holds what all of them have to say. What booconf keeps for itself is in `.booconf/` below --out
(`cache`).
"""
