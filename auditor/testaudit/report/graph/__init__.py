"""The fixture graph as a document, and the formats that draw or write it."""
