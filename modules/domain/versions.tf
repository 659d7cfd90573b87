terraform {
  # Terraform 1.16.0 loses the destroys of replacements, on which every change here depends (hashicorp/terraform #39076).
  required_version = ">= 1.6.0, != 1.16.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25.0"

      # Reaches the Route 53 zone, which may be in another account.
      configuration_aliases = [aws.zone]
    }
  }
}
