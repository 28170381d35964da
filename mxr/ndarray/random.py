"""``mx.nd.random``."""
