"""The bench: the product's hot paths beside the floor the database sets, measured in one run."""
