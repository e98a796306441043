"""Who may do what: IAM's policies evaluated as AWS does, without an AWS and without moto."""
