"""Take a file of sales from S3, add them up for each product, and put the report into S3.

    python sales_report.py sales/2026-11-22.csv reports/2026-11-22.csv

reads and writes in the bucket that the environment variable BUCKET names, with the rights of the
task's role. The file has the columns product, pieces and price. Run twice, it writes the same
again. The last line of what it prints is where the report is, which is what Airflow keeps.

Exit codes: 0 done, 2 wrong arguments, 3 the file cannot be read, 4 it is no file of sales, 5 the
report cannot be written.
"""

import argparse
import csv
import io
import os
import sys
from collections import defaultdict
from decimal import Decimal, DecimalException

import boto3
from botocore.exceptions import BotoCoreError, ClientError

CANNOT_READ = 3
NO_SALES = 4
CANNOT_WRITE = 5
COLUMNS = {"product", "pieces", "price"}


def main() -> int:
    """Do what the command line says, and tell what was done."""
    parser = argparse.ArgumentParser(description="Add up sales for each product.")
    parser.add_argument("sales", help="key of the file in the bucket")
    parser.add_argument("report", help="key that the report gets in the bucket")
    arguments = parser.parse_args()
    bucket = os.environ.get("BUCKET")
    if not bucket:
        parser.error("the environment variable BUCKET must name the bucket")

    s3 = boto3.client("s3")
    source, target = f"s3://{bucket}/{arguments.sales}", f"s3://{bucket}/{arguments.report}"
    try:
        text = s3.get_object(Bucket=bucket, Key=arguments.sales)["Body"].read().decode()
    except (BotoCoreError, ClientError) as error:
        return _failed(f"Cannot read {source}: {error}", CANNOT_READ)
    except UnicodeDecodeError as error:
        return _failed(f"{source} is no file of sales: {error}", NO_SALES)
    print(f"Read {len(text.splitlines())} lines of {source}.")
    try:
        totals = add_up(text)
    except ValueError as error:
        return _failed(f"{source} is no file of sales: {error}", NO_SALES)
    for product, total in totals.items():
        print(f"{product}: {total}")
    try:
        body = write_csv(totals).encode()
        s3.put_object(Bucket=bucket, Key=arguments.report, Body=body, ContentType="text/csv")
    except (BotoCoreError, ClientError) as error:
        return _failed(f"Cannot write {target}: {error}", CANNOT_WRITE)
    print(target)
    return 0


def add_up(text: str) -> dict[str, Decimal]:
    """What was sold of each product, by its name, in the order of the names.

    Raises:
        ValueError: A column or a number is missing; says in which line.
    """
    rows = csv.DictReader(io.StringIO(text))
    if missing := COLUMNS - set(rows.fieldnames or ()):
        raise ValueError(f"line 1 does not name {', '.join(sorted(missing))}")
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        try:
            totals[row["product"]] += int(row["pieces"]) * _price(row["price"])
        except (ValueError, TypeError, DecimalException):
            raise ValueError(f"line {rows.line_num} has no numbers of pieces and price") from None
    return dict(sorted(totals.items()))


def _price(text: str) -> Decimal:
    price = Decimal(text)
    if not price.is_finite():  # Decimal knows NaN and Infinity
        raise ValueError(text)
    return price


def write_csv(totals: dict[str, Decimal]) -> str:
    """The report: a line for each product, and the total of all."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["product", "total"])
    rows.writerows(totals.items())
    rows.writerow(["(all)", sum(totals.values(), Decimal())])
    return file.getvalue()


def _failed(message: str, exit_code: int) -> int:
    print(message, file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
