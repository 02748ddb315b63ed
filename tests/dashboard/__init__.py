"""The pages that span the apps."""
