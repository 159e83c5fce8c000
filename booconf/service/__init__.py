"""The catalog service: the compiled fleet over HTTP, with shared favourites, showing the hosts that answer.

`catalog` holds what is compiled and follows its file, `availability` asks the hosts on a schedule, `store`
and `favorites` keep what the user chose; `app` answers requests from these, and `serving` runs it.
"""
