"""Commands that show and run the whole: demo, up."""


def demo() -> None:
    """Show the product on real and fictional districts, from nothing to triggered reviews."""


def up() -> None:
    """Run the product."""
