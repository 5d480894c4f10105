"""What is to be said of documents: what changed between two, what consumers stumble over.

Development time. Reads documents as they are published, by whomever; imports nothing of the
package.
"""
