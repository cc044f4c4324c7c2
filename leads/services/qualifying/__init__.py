"""Around the decision: editing a tree, trying it on people, versions, the log, hand decisions that end."""
