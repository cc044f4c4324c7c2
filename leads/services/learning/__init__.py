"""Lead scoring that learns: snapshots at scoring time, outcomes, training, versions, explanations, checks."""
