"""Text files as people have them: encoding, delimiter, header line and footer lines are found."""
