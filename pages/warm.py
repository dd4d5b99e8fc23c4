"""What the pages want done once, before the first learner asks for it."""


def warm_up() -> None:
    """Load what every page loads."""
    # Imported when called: the server starts to answer first.
    from pages.parts import lab, landscape, one_feature, source  # noqa: F401, PLC0415
    from pages.parts.votes import stored  # noqa: PLC0415

    for title in ("Wine", "Breast cancer", "Digits"):
        source.built_in(title)
    stored()


def start_jobs() -> None:
    """Start the workers, or connect to them: the first run then begins at once."""
    from normlib.training.jobs import shared_jobs  # noqa: PLC0415

    shared_jobs().start()
