"""Fails with an exception that is chained and deep."""


def fall(depth: int) -> None:
    if depth == 0:
        raise ValueError("at the bottom")
    fall(depth - 1)


try:
    fall(50)
except ValueError as error:
    raise RuntimeError("above it") from error
