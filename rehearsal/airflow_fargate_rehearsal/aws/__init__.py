"""The embedded AWS: moto's server on loopback, mended where it differs from AWS.

One file a service holds that service's mends; importing the file applies them. Each mend says
which call or attribute moto lacks, and what AWS does.
"""
