"""What users write in annotations: markers, replies, problems. Imports the exceptions alone."""
