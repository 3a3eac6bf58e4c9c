//! Two gateways in processes of their own, one KSC, and a real Redis between them.

mod askers;
mod budget;
mod clocks;
mod cluster;
mod dying;
mod failover;
mod kata;
mod keys;
mod order;
mod outage;
mod pair;
mod rates;
mod register;
mod sentinels;
mod slow;
mod versions;
