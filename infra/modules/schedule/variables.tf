variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Whose schedules take the role."
  type        = string
}

variable "jobs_arn" {
  description = "The queue of jobs."
  type        = string
}

variable "key_arn" {
  description = "By which messages are encrypted."
  type        = string
}

variable "topics" {
  description = "What is kept fresh, by a short name: the query, and when (cron or rate, in UTC)."
  type        = map(object({ term = string, schedule = string }))

  validation {
    condition     = alltrue([for name in keys(var.topics) : can(regex("^[0-9A-Za-z_-]{1,64}$", name))])
    error_message = "The name of a topic is 1 to 64 letters, digits, - and _: it is the name of its schedule."
  }
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
