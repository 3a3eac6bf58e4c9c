//! The Helm chart: what can be said of its files, and what it makes of values.

mod files;
mod http_route;
mod kustomize;
mod mistakes;
mod notes;
mod objects;
mod pods;
mod rendered;
mod schema;
mod secrets;
mod servers;
mod settings;
mod snapshots;
mod valkey;
