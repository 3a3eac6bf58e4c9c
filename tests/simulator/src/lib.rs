//! KSC peer.
