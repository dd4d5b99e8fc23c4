"""The web process around the pages: settings, headers, compressed files, closed paths, errors, start-up.

Importing this package loads nothing; `normlib.server.web` puts the pieces together for `app.py`.
"""
