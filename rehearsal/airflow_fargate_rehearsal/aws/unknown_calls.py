"""Calls that moto does not know: answered with an error that names them."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse

from airflow_fargate_rehearsal.aws.patching import around


class NotInEmbeddedAws(ServiceException):
    """The embedded AWS does not know a call; HTTP 400, which no SDK tries again."""

    code = "NotInEmbeddedAws"


# moto answers an unknown call with HTTP 500 and a page of HTML, which the AWS SDKs take for a
# passing fault and try for minutes. AWS knows the call, so there is no right answer to give:
# give one that ends the wait and says what is missing.
@around(BaseResponse, "call_action")
def _refuse_by_name(original: Any, self: BaseResponse) -> Any:
    try:
        return original(self)
    except NotImplementedError:
        name = f"{self.boto3_service_name}:{self._get_action()}"
        print(f"embedded AWS: the call {name} is not known", file=sys.stderr, flush=True)
        refusal = NotInEmbeddedAws(f"The embedded AWS does not know the call {name}.")
        with warnings.catch_warnings():  # moto warns that no service model knows our error
            warnings.simplefilter("ignore")
            status, headers, body = self.serialized(ActionResult(refusal))
        return status, {**headers, "status": str(status)}, body
