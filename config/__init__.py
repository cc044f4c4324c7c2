"""The roof: settings, addresses, the server and the commands; it may import every app, no app imports it."""
