"""An app of Splunk SOAR that asks edr-gateway."""
