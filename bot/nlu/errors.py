"""What can be wrong with training data or a stored language model.

NluError
├── BadTrainingData   the files of data/nlu do not fit the domain or are too few
└── BadModel          a persisted model was made by other code
"""


class NluError(Exception):
    """Any failure of the language part."""


class BadTrainingData(NluError):
    """The training data cannot make a model; the message names the file's fault."""


class BadModel(NluError):
    """A persisted model does not fit this code: train again."""
