output "function_name" {
  description = "Name of the function, known before it is made."
  value       = var.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "ready_function_arn" {
  description = "For `ready_function_arn` of a domain in the same configuration: not known before the function works."
  value       = terraform_data.ready.output
}

output "key_store_bucket" {
  description = "Name of the bucket that private keys are put into."
  value       = local.bucket_name
}
