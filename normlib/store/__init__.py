"""What a learner did, kept on the server without a name.

A browser has a random id; the database has its hash, and never the id itself. `identity` makes and checks ids,
`events` says what can happen, `progress` adds it up, `store.Store` keeps it in SQLite or PostgreSQL, `migrations`
brings the tables of older versions over, `waiting` has what could not be written yet, and `shared.shared_store` is the
store of this process.

Importing this package loads nothing.
"""
