# What this team's other configurations use: the company's home region.
provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = local.tags
  }
}

# Where Airflow is.
provider "aws" {
  alias  = "data"
  region = "eu-west-1"

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    team        = "data"
    cost_center = "4711"
    managed_by  = "terraform"
  }
}
