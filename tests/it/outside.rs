//! What stands around the gateway fits it: how it is installed, examined, watched and followed.

mod audit;
mod chart;
mod check_config;
mod compose;
mod demo;
mod doctor;
mod edrctl;
mod importers;
mod integrations;
mod kata_values;
mod kataedr;
mod kuma;
mod monitoring;
mod processes;
mod readme;
mod traces;
