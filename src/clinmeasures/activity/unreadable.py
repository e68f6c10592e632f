"""The refusal of a file as a whole."""

from clinmeasures.errors import BadInput


class UnreadableFile(BadInput):
    """A file cannot be used at all; the message says which, where in it, and what to do."""
