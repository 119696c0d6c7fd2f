"""Questions that people of a business ask of their customers, sales and surveys."""
