"""What an inspector is given, and how an alteration of it shows."""
