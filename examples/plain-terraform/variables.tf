variable "airflow_image_uri" {
  description = "Airflow's image in a registry, with its tag: the DAGs are in it."
  type        = string
}

variable "task_image_uris" {
  description = "Images of the tasks, by their names, with their tags."
  type        = map(string)
}

variable "temporary" {
  description = "Whether all of this comes and goes: nothing is protected from a destroy, and nothing outlives it."
  type        = bool
  default     = false
}
