//! KSC OpenAPI client.
