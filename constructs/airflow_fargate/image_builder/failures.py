"""What can go wrong, each with the program's exit code. The message is all that the user reads."""


class Failure(Exception):
    """The program cannot do its work."""

    exit_code = 1


class WrongUse(Failure):
    """The program was called in a way that it does not know; argparse ends with 2 as well."""

    exit_code = 2


class MissingProgram(Failure):
    """A builder, the AWS CLI or emulation is not on this machine, or does not work."""

    exit_code = 3


class FolderChanged(Failure):
    """A folder is not what it was when the stack was synthesized, or is not here."""

    exit_code = 4


class RegistryRefused(Failure):
    """The registry, or AWS on the way to it, said no."""

    exit_code = 5


class BuildFailed(Failure):
    """The builder could not build or push the image."""

    exit_code = 6
