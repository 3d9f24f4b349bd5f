"""The experiments: a function for each, whose first line says what happens and whose other text what it teaches."""

from pcapkit.lab.experiments.table import Experiment, all_experiments, find_experiment

__all__ = ["Experiment", "all_experiments", "find_experiment"]
