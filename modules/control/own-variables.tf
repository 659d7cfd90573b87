# Variables that only the module has; the settings of the list are in variables.tf.

variable "function_name" {
  description = "Name of the function; domains find it by this name. Never change it, since domains would still call the old function."
  type        = string
  default     = "ses-byodkim"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-_]*$", var.function_name))
    error_message = "function_name: expected letters, digits, - and _, the first one a letter or digit."
  }
}

variable "zip" {
  description = "The function's code. Default: dist/handler.zip of the package or clone that this module is in."
  type        = string
  default     = null
}

variable "zip_sha256" {
  description = "SHA-256 of that zip, in hexadecimal, as the release publishes it. A zip that differs is refused. Default: the zip is not checked."
  type        = string
  default     = null
}

variable "region" {
  description = "Region. Set it if an account has control planes in several regions, since role names contain the region. Default: the provider's."
  type        = string
  default     = null
}

variable "bucket" {
  description = "The key store's bucket: name for a new one, or existing for one that is not changed. Default: a new one, named after the function."
  type = object({
    name     = optional(string)
    existing = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.bucket.name == null || var.bucket.existing == null
    error_message = "bucket: expected name for a new bucket, or existing, but not both."
  }
}

variable "notice_contact" {
  description = "Contact for the DNS team's answers, e.g. a mail address. Default: no contact is named."
  type        = string
  default     = ""
  nullable    = false
}

variable "environment" {
  description = "Further variables for the function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "tags" {
  description = "Tags of all resources that can have tags."
  type        = map(string)
  default     = null
}
