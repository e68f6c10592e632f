"""Every error of the library, under one base. A message is one plain sentence for the person."""


class MeasureError(Exception):
    """A rule of measurement was broken. Base of every error this library raises."""


class BadInput(MeasureError):
    """What was given cannot be used; the message says what, where, and what to do.

    Commands print the message and stop with exit status 2; nothing has been written.
    """
