"""What the pages want done once, before the first learner asks for it."""

import logging

_LOGGER = logging.getLogger(__name__)


def warm_up() -> None:
    """Load what every page loads."""
    # Imported when called: the server starts to answer first.
    from pages.course.everything import index  # noqa: PLC0415
    from pages.parts import lab, landscape, one_feature, source  # noqa: F401, PLC0415
    from pages.parts.votes import stored  # noqa: PLC0415

    for title in ("Wine", "Breast cancer", "Digits"):
        source.built_in(title)
    stored()
    index()


def open_store() -> None:
    """Open the database of learners' progress, and forget those who can never ask for it again."""
    from normlib.store.errors import StoreError  # noqa: PLC0415
    from normlib.store.identity import DAYS  # noqa: PLC0415
    from normlib.store.shared import shared_store  # noqa: PLC0415
    from pages.course.shelf import names_of_steps  # noqa: PLC0415

    try:
        store = shared_store(names_of_steps)
        store.prepare()
        store.forget_older_than(DAYS)
    except StoreError as error:
        # Whoever looks after the server is told; learners are told on their pages.
        _LOGGER.warning("Learners' progress is not kept. %s", error)


def start_jobs() -> None:
    """Start the workers, or connect to them: the first run then begins at once."""
    from normlib.training.jobs import shared_jobs  # noqa: PLC0415

    shared_jobs().start()
