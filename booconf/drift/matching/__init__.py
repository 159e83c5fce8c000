"""Which names are probably those of one model.

`name` takes names apart and says what tells two of them apart; `renames` pairs names that went with names
that came.
"""
