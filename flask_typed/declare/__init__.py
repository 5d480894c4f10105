"""Objects that users write in annotations: markers, replies, problems. Imports only exceptions."""
