"""Turn templates into executed notebooks, carrying over what people wrote."""
