"""The program that builds and pushes the images of a stack while Terraform applies it.

It is copied beside the stack's Terraform JSON, and runs there with what a machine that deploys has:
Python 3.9 or newer and its standard library. So nothing here imports the rest of the library, which
itself takes only the rule for an image's tag from here.

    python3 -m image_builder check linux/amd64,linux/arm64
    python3 -m image_builder build <repository URL>:<tag> '{"architecture": ..., "folder": ...}'
"""
