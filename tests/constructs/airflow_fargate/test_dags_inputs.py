"""DAGs that cannot come from where somebody says: one message in plain words."""

from typing import Any

import airflow_fargate as af

import pytest

GITHUB = "https://github.com/acme/dags.git"
SSH = "git@github.com:acme/dags.git"


def git(repo_url: str = GITHUB, **settings: Any) -> af.GitDags:
    return af.GitDags(repo_url=repo_url, **settings)


def s3(bucket_name: str = "acme-dags", **settings: Any) -> af.S3Dags:
    return af.S3Dags(bucket_name=bucket_name, **settings)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        # Passwords and tokens.
        (
            # checkov:skip=CKV_SECRET_4:Made up, to be refused by what is tested.
            lambda: git("https://bot:hunter2@github.com/acme/dags.git"),
            "GitDags.repo_url must be without user and password | state | git_conn_id",
        ),
        (lambda: git("https://hunter2@github.com/acme/dags.git"), "without user and password"),
        # checkov:skip=AF_SECRET_IN_FILE:Made up, to be refused by what is tested.
        (lambda: git("ssh://git:hunter2@github.com/acme/dags.git"), "without user and password"),
        # checkov:skip=AF_SECRET_IN_FILE:Made up, to be refused by what is tested.
        (lambda: git("http://bot:hunter2@github.com/acme/dags.git"), "without user and password"),
        # Addresses.
        (lambda: git("http://github.com/acme/dags.git"), "by HTTPS or SSH | got 'http://github"),
        (lambda: git("github.com/acme/dags"), "by HTTPS or SSH | got 'github.com/acme/dags'"),
        (lambda: git("https://github.com"), "by HTTPS or SSH | got 'https://github.com'"),
        (lambda: git("file:///srv/dags.git"), "by HTTPS or SSH"),
        (lambda: git(f"{GITHUB}?ref=main"), "by HTTPS or SSH"),
        (lambda: git(""), "by HTTPS or SSH | got ''"),
        (lambda: git(SSH), "must be one by HTTPS, or have `git_conn_id` | SSH needs a key"),
        (lambda: git("ssh://git@github.com/acme/dags.git"), "SSH needs a key"),
        # What is in the repository.
        (lambda: git(tracking_ref="refs/heads/main"), "without `refs/heads/` | 'refs/heads/main'"),
        (lambda: git(tracking_ref="--upload-pack=x"), "GitDags.tracking_ref must be a branch"),
        (lambda: git(tracking_ref="my branch"), "tracking_ref must be | got 'my branch'"),
        (lambda: git(tracking_ref=""), "GitDags.tracking_ref must be"),
        (lambda: git(subdir="/dags"), "GitDags.subdir must be a folder inside | got '/dags'"),
        (lambda: git(subdir="dags/"), "no slash at its ends; got 'dags/'"),
        (lambda: git(subdir="../dags"), "GitDags.subdir must be a folder inside"),
        (lambda: git(subdir="dags/../.."), "GitDags.subdir must be a folder inside"),
        (lambda: git(git_conn_id="my repo"), "GitDags.git_conn_id must be the id of a connection"),
        (lambda: git(refresh_interval_seconds=1), "must be from 10 to 86400; got 1"),
        # Buckets.
        (lambda: s3("s3://acme-dags"), "S3Dags.bucket_name must be the name of a bucket alone"),
        (lambda: s3("arn:aws:s3:::acme-dags"), "S3Dags.bucket_name must be the name of a bucket"),
        (lambda: s3("Acme"), "lower-case letters | got 'Acme'"),
        (lambda: s3(prefix="/dags"), "S3Dags.prefix must be a folder | got '/dags'"),
        (lambda: s3(prefix="dags/"), "no slash at its ends; got 'dags/'"),
        (lambda: s3(prefix="dags/*"), "S3Dags.prefix must be a folder | got 'dags/*'"),
        (lambda: s3(prefix="dags-"), "a digit or _ at the end | got 'dags-'"),
        (lambda: s3(kms_key_arn="alias/mine"), "S3Dags.kms_key_arn must be an ARN"),
        # The one setting.
        (lambda: whole(dags=GITHUB), "Props.dags must be a folder on | Is it GitDags(repo_url="),
        # checkov:skip=AF_SECRET_IN_FILE:Made up, to be refused by what is tested.
        (lambda: whole(dags="https://bot:hunter2@github.com/a/b"), "Is it GitDags(repo_url=...)?"),
        (lambda: whole(dags=SSH), "a folder on this machine, GitDags or S3Dags"),
        (lambda: whole(dags="s3://acme-dags/dags"), "Is it S3Dags(bucket_name=...)?"),
        (lambda: whole(dags={"repo_url": GITHUB}), "AirflowFargateProps.dags must be | GitDags"),
        (
            lambda: whole(dags="dags", image=af.AirflowImageProps(dags_folder="others")),
            "AirflowFargateProps.dags must be left out when the image has a `dags_folder`",
        ),
    ],
)
def test_bad_input_is_refused_in_plain_words(make: Any, words: str) -> None:
    with pytest.raises(af.InvalidValue) as error:
        make()
    for part in words.split(" | "):
        assert part in str(error.value)
    assert "hunter2" not in str(error.value)


def whole(**settings: Any) -> af.AirflowFargateProps:
    return af.AirflowFargateProps(name="demo", **settings)


def test_a_key_of_another_region_is_refused(deploy: Any) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/mine"
    with pytest.raises(af.InvalidValue, match=r"^S3Dags\.kms_key_arn must be in the stack's reg"):
        deploy(dags=s3(kms_key_arn=key))


@pytest.mark.parametrize(
    "make",
    [
        lambda: git("https://gitlab.example.com:8443/group/sub/dags", tracking_ref="v1.2"),
        lambda: git(SSH, git_conn_id="repo", tracking_ref="feature/#12_x"),
        lambda: git("ssh://git@ssh.github.com:443/acme/dags.git", git_conn_id="repo.read-only"),
        lambda: git(tracking_ref="a" * 40, subdir="dags/.hidden"),
        lambda: s3("acme.dags.eu", prefix="team=a/my-dags_2"),
        lambda: s3(prefix=""),
    ],
)
def test_what_is_there_in_the_world_is_taken(make: Any) -> None:
    assert whole(dags=make()).dags is not None
