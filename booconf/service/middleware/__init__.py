"""Check the size, host name, origin and credentials of a request, and add headers to every response."""
