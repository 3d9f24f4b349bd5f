"""What shells and manuals want to know of the command line, read off its parsers."""
