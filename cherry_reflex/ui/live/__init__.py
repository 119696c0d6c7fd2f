"""The second namespace of the page's websocket, and the store that it feeds."""
