"""A DriftResult goes in, what is printed of it comes out; `formats` knows the renderers.

`text` is for people: `phrases` say one finding each, `table` sets them, `summary` closes. `json_format` is
for programs. What is counted is counted in `counts`, once.
"""
