"""What a rehearsal on one machine cannot show, for the report."""

_TEXT = """
AWS itself: the embedded AWS knows the calls that are made here, and its answers may differ from
AWS's. Quotas, prices, regions and the time that AWS takes are not there.

ISOLATION

Networks: security groups decide about connections to tasks, to the database, to file systems and
to load balancers. Routes, network ACLs, NAT and VPC endpoints carry nothing here, and the way to
AWS's services and into the internet is not looked at.

What comes from outside: a browser on this machine reaches the load balancer whatever its rules
say, by HTTP. HTTPS would need the certificate, which is in AWS alone.

PostgreSQL is one server on this machine: no standby, no failover, no snapshots, and the version
is the one that is installed.

Scaling, alarms and schedules: they were applied, but no metric is measured that would make them
act.

Encryption at rest: keys and policies are looked at, but nothing is encrypted.
"""

_OF_PROCESSES = """
Isolation: containers are processes of this machine. They see its files, run as its user, and cpu
and memory limit nothing; the root file system can be written.

Images: a container has the Python environment and the files that its Dockerfile describes, not
the base image's operating system. Building, pushing and pulling images is not rehearsed.
"""
_OF_CONTAINERS = """
Isolation: cpu and memory limit nothing, and containers are in this machine's network.

Images: they are built here, as a deployment does. Pushing and pulling them is not rehearsed.
"""


def limits(*, containers: bool) -> list[str]:
    """One of them each, as a sentence or more; `containers` if docker or podman ran them."""
    text = _TEXT.replace("ISOLATION", (_OF_CONTAINERS if containers else _OF_PROCESSES).strip())
    return [" ".join(each.split()) for each in text.strip().split("\n\n")]
