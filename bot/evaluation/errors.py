"""What can stop an evaluation.

EvaluationError
└── NoModel   nothing trained yet
"""


class EvaluationError(Exception):
    """Base of this package's errors."""


class NoModel(EvaluationError):
    """There is no trained model here: run `make train` first."""
