"""A conversation as a document: Markdown, HTML, or a notebook."""
