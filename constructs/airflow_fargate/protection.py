"""Protection of what holds data against `terraform destroy`."""

from cdktf import TerraformResourceLifecycle

from .values import Condition, is_token


def prevent_destroy(deletion_protection: Condition) -> TerraformResourceLifecycle | None:
    """A lifecycle that makes Terraform refuse, at plan time, to destroy a resource.

    Terraform reads `prevent_destroy` before it knows any variable, so protection that comes from
    one is left to AWS: a database's deletion protection, a bucket that is not empty.
    """
    if is_token(deletion_protection) or not deletion_protection:
        return None
    return TerraformResourceLifecycle(prevent_destroy=True)
