//! The doors: where requests come in, each with a protocol of its own.
//!
//! A request passes, in this order: [`listener`] (the connection and its bounds), [`edge`] (its
//! name, its line in the log), [`guard`] (who is it?), [`admit`] (is there room?) and [`rest`],
//! which reads it and writes the answer. [`admin`] serves metrics and health on a listener of its
//! own.
//!
//! What a door may ask of the rooms behind it is in their own words: nothing there knows HTTP.

pub mod listener;

pub mod edge;

pub mod guard;

pub mod admit;

pub mod answer;

pub mod rest;

pub mod admin;
