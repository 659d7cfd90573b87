# Variables of the module alone; the settings of a domain are in variables.tf.

variable "domain" {
  description = "The domain, an IDN in A-labels (xn--…)."
  type        = string

  validation {
    condition     = can(regex("^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain)) && length(var.domain) >= 1 && length(var.domain) <= 253
    error_message = "domain: expected a domain in lower case, an IDN in A-labels, such as example.com or xn--bcher-kva.example."
  }
}

variable "function_name" {
  description = "Name of the control plane's function. It has to be known when the plan is made."
  type        = string
  default     = "ses-byodkim"
  nullable    = false
}

variable "ready_function_arn" {
  description = "Where the control plane is in the same configuration: its output of this name, so that the plan does not ask the function before it is there."
  type        = string
  default     = null
}

variable "identity" {
  description = "managed: this module makes the SES identity, and destroys it. existing: it is found, and left; it must carry the tag byodkim = managed, or the function may not change it. Default: managed."
  type        = string
  default     = "managed"
  nullable    = false

  validation {
    condition     = contains(["managed", "existing"], var.identity)
    error_message = "identity: expected managed or existing."
  }
}

variable "shared_with" {
  description = "The other regions that sign with its key and record: a list of { region, bucket, home }. A record stays while any of them needs it. Default: none."
  type        = any
  default     = null
}

variable "record_published" {
  description = "What publishes the output records elsewhere: attributes of those resources. The gate waits for them."
  type        = any
  default     = null
}

variable "confirm_after" {
  description = "What else must have succeeded before the change is confirmed: attributes of those resources. What is left out here is not waited for."
  type        = any
  default     = null
}
