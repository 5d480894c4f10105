"""GraphQL over Strawberry: types are made of models, and resolvers have dependencies.

Imported only if it is used; it needs ``strawberry-graphql``.
"""
