//! `edr-gateway kataedr`, as an administrator and his scripts meet it.

mod files;

mod check;
mod against;
mod convert;
mod commands;
mod explain;

mod tls_server;
mod proxy;
mod connect;
mod client_certificate;
