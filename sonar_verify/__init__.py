"""The inspector's program: finds alterations in an export, without a network, window or server."""
