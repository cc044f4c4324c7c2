"""Pages of privacy: who must not be contacted, what a person allowed, handing over and forgetting."""
