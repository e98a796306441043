"""The policy gate: checkov over Terraform, with rules of our own and reasons for exceptions."""
