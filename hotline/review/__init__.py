"""Looks at flows and texts before any caller meets them."""
