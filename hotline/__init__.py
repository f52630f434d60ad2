"""hotline: an anonymous line in Vietnamese, by telephone, text and web."""
