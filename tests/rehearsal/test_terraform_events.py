"""Progress and errors are read from Terraform's JSON stream."""

from typing import Any

from airflow_fargate_rehearsal.terraform.events import Progress, parse_event, plain_diagnostic


def hook(kind: str, address: str, action: str = "create") -> dict[str, Any]:
    return {"type": kind, "hook": {"resource": {"addr": address}, "action": action}}


def test_progress_counts_what_is_done_and_tells_what_is_waited_for() -> None:
    progress = Progress()
    summary = {"operation": "plan", "add": 2, "change": 1, "remove": 0}
    for event in (
        {"type": "change_summary", "changes": summary},
        hook("apply_start", "aws_db_instance.main"),
        hook("apply_start", "aws_vpc.main"),
        hook("apply_complete", "aws_vpc.main"),
    ):
        assert progress.update(event)

    assert (progress.done, progress.total) == (1, 3)
    waiting = progress.longest_waiting()
    assert waiting is not None
    assert waiting[0] == "aws_db_instance.main"


def test_data_sources_and_other_events_are_no_progress() -> None:
    progress = Progress()
    assert not progress.update(hook("apply_start", "data.aws_region.current", "read"))
    assert not progress.update(hook("apply_complete", "data.aws_region.current", "read"))
    assert not progress.update({"type": "version"})
    assert progress.longest_waiting() is None


def test_what_failed_is_not_done_and_not_waited_for() -> None:
    progress = Progress(total=1)
    progress.update(hook("apply_start", "aws_vpc.main"))
    progress.update(hook("apply_errored", "aws_vpc.main"))
    assert progress.done == 0
    assert progress.longest_waiting() is None


def test_a_line_that_is_no_event_is_none() -> None:
    assert parse_event("panic: something") is None
    assert parse_event('"text"') is None
    assert parse_event('{"type": "version"}') == {"type": "version"}


def test_a_diagnostic_becomes_plain_text() -> None:
    diagnostic = {
        "severity": "error",
        "summary": "creating S3 Bucket: BucketAlreadyExists",
        "detail": "first\n\nsecond",
        "address": "aws_s3_bucket.state",
    }
    assert plain_diagnostic(diagnostic) == (
        "Error: creating S3 Bucket: BucketAlreadyExists\n"
        "  on aws_s3_bucket.state\n"
        "  first\n"
        "  second"
    )
