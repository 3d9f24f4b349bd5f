"""What this machine does not offer: named in the report, never the end of the benchmark."""


class Unavailable(Exception):
    """Something cannot be measured here. The text says what is missing, and what to install or to do."""
