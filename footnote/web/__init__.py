"""The server: the HTTP interface, and the page in the browser."""
