"""HCL as people write it, from the Terraform JSON that a program synthesizes."""
