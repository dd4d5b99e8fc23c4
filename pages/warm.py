"""What the pages want done once, before the first learner asks for it."""


def warm_up() -> None:
    """Load the data sets and measure the neighbour votes, which take longer than a page should."""
    # Imported when called: the server starts to answer first.
    from pages.parts.votes import warm  # noqa: PLC0415

    warm()
