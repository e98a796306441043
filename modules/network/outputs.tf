output "endpoints_security_group_ids" {
  description = "Security group of the interface endpoints that a network without NAT gateways has, for others to let their tasks in; none where there are none."
  value       = aws_security_group.endpoints[*].id
}

output "private_subnet_ids" {
  description = "Subnets of tasks, database and file system, one in each zone."
  value       = aws_subnet.private[*].id

  depends_on = [
    aws_route_table_association.private,
    aws_route.private_nat,
    aws_vpc_endpoint.s3,
    aws_vpc_endpoint.interface,
  ]
}

output "public_subnet_ids" {
  description = "Subnets that are reachable from the internet, for load balancers."
  value       = aws_subnet.public[*].id
}

output "vpc_cidr_block" {
  description = "Addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}
