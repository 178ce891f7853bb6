#!/bin/bash
# Calls http://$GATEWAY_URL/hello until it is stopped.
while true; do
  curl -s -o /dev/null "http://${GATEWAY_URL:?GATEWAY_URL is not set}/hello"
done
