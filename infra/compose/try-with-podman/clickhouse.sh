#!/bin/sh
# ClickHouse's engine listens on 127.0.0.1 alone; forward.mjs takes it to the container's network.
set -e
node infra/compose/try-with-podman/forward.mjs 8123 18123 &
exec node --disable-warning=ExperimentalWarning infra/local/src/clickhouse/server.ts --data /var/lib/clickhouse/engine \
  --config /etc/clickhouse-server/config.d/driftloop.xml --port 18123 --name clickhouse --part clickhouse
