"""The version of pcapkit, in the one place that the build and the program both read."""

VERSION = "0.1.0"
