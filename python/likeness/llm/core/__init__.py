"""What every language-model generator shares: plan, requests, journal, rounds."""
