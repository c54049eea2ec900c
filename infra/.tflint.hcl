# The rules that come with tflint; those of the AWS provider are its own, and not needed beside the schema.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

# Files are named after what they hold, not after Terraform's kinds of blocks.
rule "terraform_standard_module_structure" {
  enabled = false
}
