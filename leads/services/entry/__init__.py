"""How people enter: keys in one spelling, drafts grouped and matched with whom we know, facts merged in."""
