"""What people know about a lead or a company: notes, tags, files, facts and their history."""
