"""What can go wrong with keeping progress, in sentences for learners."""


class StoreError(Exception):
    """Something is not kept or cannot be read; the message is a sentence that names no host, path or password."""


class RefusedError(StoreError):
    """Something cannot be kept, however often it is tried."""
