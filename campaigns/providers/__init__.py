"""The metered door to outside services."""
