"""The names of what is made fast; the fork of CDKTF has the same layout under names of its own."""

ENGINE = "cdktf"
"""Python package of the engine; importing it starts the Node process behind jsii."""

CONSTRUCTS = "constructs"
"""Python package of what the engine's construct tree is made of."""

PROVIDER = "cdktf_cdktf_provider_aws"
"""Python package of the provider's bindings: one subpackage for each resource type."""

ASSEMBLY = "_jsii"
"""The subpackage that every other one imports: it loads the bindings into the Node process."""

TREE_TYPES = ("constructs.", "cdktf.", "@cdktf/provider-aws.")
"""What the names of those types in jsii begin with whose arguments begin with scope and id."""
