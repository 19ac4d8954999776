"""What settings there are, what they may be, and the sentences for those that are not."""
