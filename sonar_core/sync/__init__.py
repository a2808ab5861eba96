"""The whole decision part of sync, pure: envelopes, messages, merge, planner, digest, clock."""
