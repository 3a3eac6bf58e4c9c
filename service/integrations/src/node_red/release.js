// What has been isolated is let in again: the very host, for the same case.
msg.action = "releaseHost";
msg.key = `${msg.key}/release`;
msg.payload = { targetHost: msg.payload.targetHost.id, externalId: msg.payload.externalId };
return msg;
