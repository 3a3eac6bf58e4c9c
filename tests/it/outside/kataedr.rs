//! `edr-gateway kataedr`, as an administrator and his scripts meet it.

mod files;

mod check;
mod against;
mod convert;
mod commands;
mod explain;
