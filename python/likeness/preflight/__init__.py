"""What stops a build before its first model: one sentence for each fault, asked for by a hook."""
