"""What was found goes in, edits of fleet.yaml come out.

`answers` has for each code what fleet.yaml would have to say, which `gone`, `added` and `differing` make of
the `situation`. `trial` finds those edits that leave a valid fleet, and `adopt` goes on until none is left.
"""
