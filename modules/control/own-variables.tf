# Variables of the module alone; the settings of the list are in variables.tf.

variable "function_name" {
  description = "Name of the function; domains find it by this name. Never change it: domains keep calling the old one."
  type        = string
  default     = "ses-byodkim"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-_]{0,39}$", var.function_name))
    error_message = "function_name: expected 1 to 40 letters, digits, - and _, the first one a letter or digit: the roles are named after it, and after the region."
  }
}

variable "zip" {
  description = "The function's code. Default: dist/handler.zip of the package or clone that this module is in."
  type        = string
  default     = null
}

variable "zip_sha256" {
  description = "SHA-256 of that zip, in hexadecimal, as published beside it. A zip that differs is refused. Default: it is taken as it is."
  type        = string
  default     = null
}

variable "region" {
  description = "Region. Give it if an account has control planes in several: role names carry it. Default: the provider's."
  type        = string
  default     = null
}

variable "bucket" {
  description = "The key store's bucket: name of a new one, or existing, which is left as it is. Default: a new one, named after the function."
  type        = any
  default     = {}
  nullable    = false

  validation {
    condition     = try(length(setsubtract(keys(var.bucket), ["name", "existing"])) == 0, false)
    error_message = "bucket: expected an object of name, existing, and nothing else."
  }

  validation {
    condition     = try(lookup(var.bucket, "name", null) == null || lookup(var.bucket, "existing", null) == null, true)
    error_message = "bucket: expected name of a new one, or existing, not both."
  }
}

variable "notice_contact" {
  description = "Whom the DNS team answers to, e.g. a mail address. Default: no contact is named."
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
  description = "Tags of everything that can have them."
  type        = map(string)
  default     = null
}
