"""Speed beside a peer, on request."""
