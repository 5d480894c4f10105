"""What users write in annotations: markers, replies, problems. Imports nothing of the package."""
