"""What the comment of a frame says, and reading it back."""

from pcapkit.annotate.annotator import Annotator, Level, Quiet, Reading, Said
from pcapkit.annotate.comment import format_fields, is_own, parse_comment

__all__ = ["Annotator", "Level", "Quiet", "Reading", "Said", "format_fields", "is_own", "parse_comment"]
