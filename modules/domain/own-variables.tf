# Variables that only the module has; the settings of a domain are in variables.tf.

variable "domain" {
  description = "The domain; an IDN must be in A-labels (xn--…)."
  type        = string

  validation {
    condition     = can(regex("^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain)) && length(var.domain) >= 1 && length(var.domain) <= 253
    error_message = "domain: expected a domain in lower case, with an IDN in A-labels, such as example.com or xn--bcher-kva.example."
  }
}

variable "function_name" {
  description = "Name of the control plane's function. It must be known at plan time."
  type        = string
  default     = "ses-byodkim"
  nullable    = false
}

variable "ready_function_arn" {
  description = "The output of this name of a control plane in the same configuration, so that the plan does not call the function before it exists."
  type        = string
  default     = null
}

variable "identity" {
  description = "managed: this module creates and destroys the SES identity. existing: the identity exists and is kept; it must carry the tag byodkim = managed, or the function may not change it. Default: managed."
  type        = string
  default     = "managed"
  nullable    = false

  validation {
    condition     = contains(["managed", "existing"], var.identity)
    error_message = "identity: expected managed or existing."
  }
}

variable "shared_with" {
  description = "The other regions that sign with its key and record: region, the bucket of its control plane's key store, and home for the one that makes the key and publishes the record. A record stays while any of them needs it. Default: none."
  type = list(object({
    region = string
    bucket = string
    home   = optional(bool)
  }))
  default = null
}

variable "record_published" {
  description = "Attributes of the resources that publish the output records elsewhere. The gate waits for these resources."
  type        = any
  default     = null
}

variable "confirm_after" {
  description = "Attributes of the resources that must exist before the change is confirmed. The confirmation does not wait for any others."
  type        = any
  default     = null
}
